"""What `shenpi bench` measures of the whole service: real requests to a real server process."""
