"""What people look at: the HTML report and the terminal views. Computes no verdicts."""
