"""Small classes that repair one fault each."""
