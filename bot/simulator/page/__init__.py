"""The web page on which people use the pretend workspace by hand."""
