"""How far people agree, overall and by group, and whose answers a majority vote would erase."""
