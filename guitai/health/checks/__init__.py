"""Small classes that find one fault each."""
