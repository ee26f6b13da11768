"""The plan library: plans as versioned documents, from the draft to what is due of them."""
