"""Eyes: faces near the kiosk, who came and went, and, with consent only, the expression."""

import os

MOST_PIXELS = 1 << 26
"""A picture of a few kilobytes can claim to be gigabytes large; OpenCV reads its limit once, as it is loaded."""

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PIXELS))
