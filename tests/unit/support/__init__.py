"""Support bundles: nobody in them, and nobody but headquarters opens them."""
