"""What charts show, as plain numbers and words: facts in, numbers out. The SVG is templates/components/charts.html."""
