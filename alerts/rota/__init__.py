"""Who is on call at an instant: layers, rotations, handoffs, restrictions and overrides; pure."""
