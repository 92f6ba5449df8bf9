"""What Convenor costs, measured: `make bench` prints figures as JSON. Compare ratios; rates are of the machine."""
