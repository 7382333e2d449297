"""Named electrical nets that join instruments, their twins and the car."""
