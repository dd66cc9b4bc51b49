"""The kiosk window (Kivy): renders a view, reports touches, decides nothing."""
