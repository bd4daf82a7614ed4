"""Knowledge where cases are worked on: what answers them, how an answer reads, answers that are kept."""
