"""Plans side by side: what is said of multi-level and of network marketing, judged by measured figures."""
