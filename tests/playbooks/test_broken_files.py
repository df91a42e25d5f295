"""Each broken file is answered with exactly one sentence, on the line and column of the mistake."""

import pytest

from bot.playbook_files import load_text
from tests.playbooks.names import NAMES

HEAD = "name: Disk full\nsteps:\n"
STEP = HEAD + "  - id: look\n    type: checklist\n    name: Look\n"

BROKEN = {
    "an empty file": ("", "1:1 the file is empty; it needs a name and steps"),
    "only comments": ("# soon\n", "1:1 the file is empty; it needs a name and steps"),
    "a list at the top": (
        "- name: Disk full\n",
        "1:1 expected keys such as 'name' and 'steps', found a list",
    ),
    "a text at the top": (
        "Disk full\n",
        "1:1 expected keys such as 'name' and 'steps', found 'Disk full'",
    ),
    "a misspelt key": (
        STEP + "    asignee: role:commander\n",
        "6:5 unknown key 'asignee'; did you mean 'assignee'?",
    ),
    "a misspelt required key is one mistake, not two": (
        "nmae: Disk full\nsteps: [Look]\n",
        "1:1 unknown key 'nmae'; did you mean 'name'?",
    ),
    "a misspelt optional key": (
        "name: Disk full\nowmer: Ann\nsteps: [Look]\n",
        "2:1 unknown key 'owmer'; did you mean 'owner'?",
    ),
    "a missing key beside one that nobody knows": (
        HEAD + "  - type: note\n    zzz: 1\n",
        "4:5 unknown key 'zzz'; missing key 'text'",
    ),
    "a missing key": (HEAD + "  - type: message\n", "3:5 missing key 'text'"),
    "a step of no type": (HEAD + "  - to: mitigated\n", "3:5 missing key 'type'"),
    "a misspelt type key": (
        HEAD + "  - tpye: status\n    to: mitigated\n",
        "3:5 unknown key 'tpye'; did you mean 'type'?",
    ),
    "a misspelt type": (
        HEAD + "  - type: checklst\n",
        "3:11 unknown step type 'checklst'; did you mean 'checklist'?",
    ),
    "a type that is not built yet": (
        HEAD + "  - type: approval\n    approvers: [role:commander]\n",
        "3:11 step type 'approval' is not supported yet",
    ),
    "a header key that is not built yet": (
        "name: Disk full\nvars: {disk: /var}\nsteps: [Look]\n",
        "2:1 key 'vars' is not supported yet",
    ),
    "a step key that is not built yet": (
        STEP + "    retry: {attempts: 3}\n",
        "6:5 key 'retry' is not supported yet",
    ),
    "a key of one type that is not built yet": (
        STEP + "    remind: 5m\n",
        "6:5 key 'remind' is not supported yet",
    ),
    "a trigger that is not built yet": (
        "name: Disk full\ntriggers:\n  - event: alert.received\nsteps: [Look]\n",
        "3:12 event 'alert.received' is not supported yet",
    ),
    "a trigger that never was": (
        "name: Disk full\ntriggers:\n  - event: incident.declred\nsteps: [Look]\n",
        (
            "3:12 expected one of incident.declared, severity_changed, manual, "
            "found 'incident.declred'; did you mean 'incident.declared'?"
        ),
    ),
    "a mode that is not built yet": (
        "name: Disk full\ntriggers: [{event: manual, mode: run}]\nsteps: [Look]\n",
        "2:34 mode 'run' is not supported yet",
    ),
    "evidence that is not built yet": (
        STEP + "    items:\n      - text: Show it\n        evidence: file\n",
        "8:19 evidence 'file' is not supported yet",
    ),
    "items within items": (
        STEP + "    items:\n      - text: Show it\n        items: [a]\n",
        "8:9 key 'items' is not supported yet",
    ),
    "a principal that is not built yet": (
        STEP + "    assignee: oncall:database\n",
        "6:15 principal 'oncall:' is not supported yet; use 'role:' or 'user:'",
    ),
    "a person by name": (
        STEP + "    assignee: bob\n",
        (
            "6:15 expected role:<role> or user:<Slack's id of a person, such as U012AB3CD>, "
            "found 'bob'"
        ),
    ),
    "an unknown role": (
        STEP + "    assignee: role:comander\n",
        "6:15 unknown role 'comander'; there are commander, communications, operations, scribe",
    ),
    "an unknown category among many": (
        "name: X\ntriggers: [{event: manual, match: {category: [sekurity]}}]\nsteps: [Look]\n",
        "2:47 unknown category 'sekurity'; did you mean 'security'?",
    ),
    "an unknown severity": (
        "name: X\ntriggers: [{event: manual, match: {severity: [p1]}}]\nsteps: [Look]\n",
        "2:47 unknown severity 'p1'; there are sev1, sev2, sev3, sev4",
    ),
    "an unknown service": (
        "name: X\ntriggers: [{event: manual, match: {service: [serch]}}]\nsteps: [Look]\n",
        "2:46 unknown service 'serch'; there are checkout, search",
    ),
    "an unknown status": (
        HEAD + "  - {type: status, to: fixed}\n",
        "3:24 unknown status 'fixed'; there are investigating, mitigated, monitoring, triage",
    ),
    "a message to elsewhere": (
        HEAD + "  - {type: message, text: Hi, to: broadcast}\n",
        "3:35 to 'broadcast' is not supported yet",
    ),
    "a single value for a list": (
        "name: X\ntriggers: [{event: manual, match: {severity: sev1}}]\nsteps: [Look]\n",
        "2:46 expected a list, found 'sev1'; write [sev1]",
    ),
    "a number for a text": (
        "name: 2026\nsteps: [Look]\n",
        "1:7 expected text, found the number 2026; put it in quotes",
    ),
    "a version that YAML takes for a number": (
        "name: X\nversion: 1.0\nsteps: [Look]\n",
        "2:10 expected a version such as 1.0.0, found the number 1.0",
    ),
    "a day that is none": (
        "name: X\nlast_verified: 2026-02-30\nsteps: [Look]\n",
        "2:16 expected a date such as 2026-01-31, found '2026-02-30'",
    ),
    "another schema": (
        "schema: 2\nname: X\nsteps: [Look]\n",
        "1:9 expected 1, found the number 2",
    ),
    "a duration in words": (
        STEP + "    due: 5 minutes\n",
        "6:10 expected a duration such as 90s, 15m, 1h30m or 3d, found '5 minutes'",
    ),
    "no time at all": (
        STEP + "    due: 0m\n",
        "6:10 expected a duration such as 90s, 15m, 1h30m or 3d, found '0m'",
    ),
    "yes is a text": (
        STEP + "    items:\n      - {text: Show it, required: yes}\n",
        "7:35 expected true or false, found 'yes'",
    ),
    "an id with a capital": (
        HEAD + "  - {id: Look, type: note, text: Hi}\n",
        (
            "3:10 expected a letter, then lower-case letters, digits or underscores, "
            "such as check_disk, found 'Look'"
        ),
    ),
    "a name that is too long": (
        f"name: {'x' * 151}\nsteps: [Look]\n",
        "1:7 too long: 151 characters, at most 150 are allowed",
    ),
    "a name of blanks": (
        "name: '  '\nsteps: [Look]\n",
        "1:7 expected text of at most 150 characters",
    ),
    "no steps": ("name: X\nsteps: []\n", "2:8 a playbook needs at least one step"),
    "steps without dashes": (
        "name: X\nsteps:\n  look: now\n",
        "3:3 expected a list of lines that begin with '- ', found keys",
    ),
    "a step that is a list": (
        HEAD + "  - [Look]\n",
        "3:5 expected keys below 'steps', found a list",
    ),
    "two steps of one id": (
        STEP + "  - {id: look, type: note, text: Hi}\n",
        "6:10 step id 'look' is already used on line 3",
    ),
    "two items of one id": (
        STEP + "    items:\n      - {id: a, text: A}\n      - {id: a, text: B}\n",
        "8:14 item id 'a' is already used on line 7",
    ),
    "a way back": (
        STEP + "  - {type: note, text: Hi, next: look}\n",
        "6:34 next leads forward only; 'look' is not a later step",
    ),
    "a way to nowhere": (
        STEP + "    next: closing\n  - {id: close, type: note, text: Hi}\n",
        "6:11 there is no step 'closing'; did you mean 'close'?",
    ),
    "a step that nothing leads to": (
        STEP + "    next: c\n  - {id: b, type: note, text: B}\n  - {id: c, type: note, text: C}\n",
        "6:11 next 'c' leaves 'b' unreachable",
    ),
    "more items wanted than there are": (
        STEP + "    done_when: 3\n    items: [A, B]\n",
        "6:16 done_when 3 can never be reached; there are 2 items",
    ),
    "a link that is none": (
        "name: X\nreferences: [{title: Docs, url: wiki}]\nsteps: [Look]\n",
        "2:33 expected a link such as https://…, found 'wiki'",
    ),
    "a key that is here twice": (
        "name: X\nowner: Ann\nname: Y\nsteps: [Look]\n",
        "3:1 key 'name' is here twice; see line 1",
    ),
    "an anchor": (
        "name: &title X\nsteps: [Look]\n",
        "1:7 anchors are not allowed; if '&title' is text, put it in quotes",
    ),
    "an alias": (
        "name: *title\nsteps: [Look]\n",
        "1:7 aliases are not allowed; if '*title' is text, put it in quotes",
    ),
    "a tag": (
        "name: !!python/object:os.system X\nsteps: [Look]\n",
        "1:7 tags are not allowed; if '!!python/object:os.system' is text, put it in quotes",
    ),
    "a merge key": ("name: X\n<<: {}\nsteps: [Look]\n", "2:1 unknown key '<<'"),
    "a list for a key": (
        "name: X\nsteps: [Look]\n? [a]\n: b\n",
        "3:3 a key is plain text; put it in quotes if it begins with [ or {",
    ),
    "a second document": (
        "name: X\nsteps: [Look]\n---\nname: Y\n",
        "3:1 one file holds one document; a second one starts here",
    ),
    "a quote that is never closed": (
        'name: "Disk full\nsteps:\n  - Look\n',
        "1:7 this quote is never closed",
    ),
    "a quote that another one closes": (
        'name: "Disk full\nsteps:\n  - type: note\n    text: "Look"\n',
        "1:7 this quote is not closed on its line",
    ),
    "a quote within quotes": (
        "name: 'it's full'\nsteps: [Look]\n",
        "1:7 this quoted text ends early; write '' for a quote within it",
    ),
    "a backslash in double quotes": (
        'name: "C:\\Windows"\nsteps: [Look]\n',
        "1:10 a backslash in double quotes starts an escape; write \\\\ or use single quotes",
    ),
    "a colon in a text": (
        "name: Disk: full\nsteps: [Look]\n",
        "1:11 ': ' is not allowed here; if it belongs to a text, put the text in quotes",
    ),
    "a tab": ("name: X\nsteps:\n\t- Look\n", "3:1 indent with spaces, not with tabs"),
    "an at sign": (
        "name: @ann\nsteps: [Look]\n",
        "1:7 a text cannot begin with '@'; put the text in quotes",
    ),
    "a bracket that is never closed": (
        "name: X\nsteps: [Look\n",
        (
            "3:1 expected ',' or a closing bracket; if a text begins with [ or {, "
            "put the text in quotes"
        ),
    ),
    "a step out of line": (
        "name: X\nsteps:\n  - Look\n - Act\n",
        "4:2 expected the next key in line with the one above",
    ),
    "a word where a key belongs": (
        "name: X\nsteps: [Look]\nsoon\n",
        "3:1 expected a key followed by ': '",
    ),
    "a word where a key belongs, further in": (
        STEP + "    due 15m\n  - Act\n",
        "6:5 expected a key followed by ': '",
    ),
    "a key indented too far": (
        HEAD + "  - id: look\n     name: Look\n",
        "4:6 this key is indented further than the one above",
    ),
    "a key among the steps": (
        HEAD + "  - Look\n  name: X\n",
        "4:3 expected the next '- ' in line with the one above",
    ),
    "a list on the line of its key": (
        "name: X\nsteps: - Look\n",
        "2:8 a list begins on the line below its key",
    ),
    "a text behind its bar": (
        "name: X\ndescription: |Look\nsteps: [Look]\n",
        "2:15 after | or > the text begins on the line below",
    ),
    "a star before a blank": (
        HEAD + "  - * Look\n",
        "3:5 a text cannot begin with '*'; put the text in quotes",
    ),
    "a quote that the end of a document cuts": (
        'name: "Disk full\n---\nsteps: [Look]\n',
        "1:7 this quote is never closed",
    ),
    "another YAML": (
        "%YAML 2.0\n---\nname: X\n",
        (
            "1:1 this is not readable as YAML: "
            "found incompatible YAML document (version 1.* is required)"
        ),
    ),
    "a control character": ("name: X\x07\nsteps: [Look]\n", "1:8 this character is not allowed"),
    "a control character as an escape": (
        'name: "X\\0"\nsteps: [Look]\n',
        "1:7 control characters are not allowed in text",
    ),
    "half a character as an escape": (
        'name: "\\ud800"\nsteps: [Look]\n',
        "1:7 control characters are not allowed in text",
    ),
    "an escape beyond all characters": (
        'name: "\\UFFFFFFFF"\nsteps: [Look]\n',
        "1:10 this number names nothing that YAML knows",
    ),
}


@pytest.mark.parametrize(("text", "answer"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_answered_once_and_in_place(text: str, answer: str) -> None:
    playbook, problems = load_text(text, file="x.yaml", names=NAMES)

    assert playbook is None
    assert [str(problem) for problem in problems] == [f"x.yaml:{answer}"]


def test_all_problems_of_a_file_come_at_once_in_its_order() -> None:
    text = "nmae: X\nversion: one\nsteps:\n  - type: approval\n  - {type: note, txt: Hi}\n"

    _, problems = load_text(text, file="x.yaml", names=NAMES)

    assert [(problem.line, problem.column) for problem in problems] == [
        (1, 1),
        (2, 10),
        (4, 11),
        (5, 18),
    ]
