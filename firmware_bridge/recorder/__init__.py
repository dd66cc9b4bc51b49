"""Records sound and pictures of an offer and of the customer's consent (双录): encrypted on the disk, its hash for core's journal."""
