"""A second working of every date, by hand and from the words of the arrangements alone.

It shares nothing with the product: no room of ours, no library of holidays or of dates, only the standard library
(`test_second_working_itself` looks at the imports). Two workings that agree without knowing of each other are evidence;
so nothing here may be "simplified" by calling the product.
"""
