"""The risk loop: factors, weights, floors, decision and explanation; pure, exact arithmetic."""
