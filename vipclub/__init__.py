"""vipclub: the VIP club of a financial group."""
