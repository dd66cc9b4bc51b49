"""A teller's video: WebRTC between browser and rings. What is allowed stands in `grants`, what is offered is read by `sdp`."""
