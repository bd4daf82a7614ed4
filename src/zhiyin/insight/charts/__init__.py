"""The pictures of this room, one module each: an ECharts option and the same numbers as a table."""
