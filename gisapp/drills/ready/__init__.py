"""Ready scenarios: drills prepared as data of the site, begun when somebody wants one."""
