"""What happens by itself when a clock comes near its time, or is past it: who is told, who has the case."""
