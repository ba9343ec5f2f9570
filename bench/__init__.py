"""What takes how long, and weighs how much: measured here, and in no test."""
