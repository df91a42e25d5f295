"""The review of an incident: compiled from the record into one document, rendered in several forms.

record.py    what goes in: the incident, its events, the room's messages, names
case.py      the record as sections read it: people by role, links, sentences
<section>    one file per section, each a function from the case to a `Section`
compiling.py the list of sections, and the whole document
document.py  the model: the one shape behind Markdown, JSON, HTML and the picture
markdown.py · plain.py (JSON) · picture.py (SVG)   the model in its forms
"""
