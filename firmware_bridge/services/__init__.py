"""The XFS4IoT service host: one WebSocket port, one service per device, drivers (simulated or real) behind them."""
