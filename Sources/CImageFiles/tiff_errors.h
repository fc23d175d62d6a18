/// Has libtiff keep its complaints for `tiffError`, and forgets those of before.
void tiffKeepErrors(void);
