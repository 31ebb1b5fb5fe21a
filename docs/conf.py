"""How Sphinx builds the site; `make docs` runs it by `tools/documentation/build.py`, which gathers the pages first."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

project = "Chalkgrad"
author = "the Chalkgrad developers"
project_copyright = "the Chalkgrad developers"
version = release = version_of("chalkgrad")
language = "en"

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_nb", "tools.documentation.site_extension"]
exclude_patterns: list[str] = []

# Notebooks are shown with the outputs that are stored in them, which tests keep true.
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "deflist", "attrs_block"]
myst_heading_anchors = 4

# Names in single backquotes, as the docstrings have them, are links where the site knows them.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
add_module_names = False
python_maximum_signature_line_length = 88
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "Chalkgrad"
html_static_path = [str(Path(__file__).parent / "_static")]
templates_path = [str(Path(__file__).parent / "_templates")]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_favicon = str(Path(__file__).parent / "_static" / "chalkgrad.svg")
html_theme_options = {
    "light_logo": "chalkgrad.svg",
    "dark_logo": "chalkgrad.svg",
    "top_of_page_buttons": [],
    # Of curves and their slopes: the blue and the green of the pictures.
    "light_css_variables": {"curve": "#0063a0", "slope": "#00694f"},
    "dark_css_variables": {"curve": "#56b4e9", "slope": "#5fd3b0"},
}
# MathJax comes from another host; browsers show MathML by themselves.
html_math_renderer = "mathml"
# Excerpts of what was found are fetched page by page, which browsers refuse to pages that are opened from disk.
html_show_search_summary = False
html_copy_source = False
html_show_sphinx = False
html_domain_indices = False
# The playground is no page of Sphinx: `tools/documentation/build.py` puts it beside the others, and a tag says whether it could.
# Sphinx defines the tags; other readers of this file don't.
html_context = {"has_playground": "playground" in globals().get("tags", ())}
html_sidebars = {
    "**": [
        "sidebar/brand.html", "sidebar/search.html", "sidebar/scroll-start.html", "sidebar/playground.html",
        "sidebar/navigation.html", "sidebar/scroll-end.html",
    ]
}  # fmt: skip
