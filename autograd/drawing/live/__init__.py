"""Live pages: a graph whose numbers a page recomputes, from the table read in JavaScript, as its leaves are moved.

`program` turns a graph into data and functions, the files ``.js`` compute with them and make the sliders, `script` puts those of
them together that a page needs, and `page` is the page of a drawing. The page of steps is in `autograd.stepping`.
"""
