"""What is said and asked: state tracking, repair patterns, flows as data, replies; pure."""
