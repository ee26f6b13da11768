"""The check-up of plans: what their texts lack, what fails today, what is promised twice."""
