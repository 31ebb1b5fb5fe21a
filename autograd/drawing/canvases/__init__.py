"""What a picture is drawn on: SVG, matplotlib, the DOT language, text, a page."""
