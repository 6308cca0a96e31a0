"""Code tasks: Python functions and small classes to write, finish, repair and tidy up, each with its tests."""

# A task a paragraph reads better than strings broken at column 120.
# fmt: off

from __future__ import annotations

from typing import Any

TASKS: list[dict[str, Any]] = []


def code(content: str, reference: str, *tests: str, max_tokens: int = 320) -> None:
    """A program to write; each of `tests` holds an assert and runs on its own."""
    TASKS.append({"category": "code", "scorer": "tests", "content": content, "reference": reference.strip("\n"),
                  "options": {"tests": list(tests)}, "max_tokens": max_tokens})


# Short functions.

code("Write a Python function add_vat(price, rate=19) that returns the price plus rate percent, rounded to 2 digits. Code only.", """
def add_vat(price, rate=19):
    return round(price * (1 + rate / 100), 2)
""", "assert add_vat(100) == 119.0", "assert add_vat(0) == 0", "assert add_vat(50, 7) == 53.5", "assert add_vat(9.99, rate=0) == 9.99")

code("I need `count_vowels(text)` in Python: how many a, e, i, o, u there are, upper or lower case. Reply with nothing but the code.", """
def count_vowels(text):
    return sum(c in "aeiou" for c in text.lower())
""", "assert count_vowels('Aeon') == 3", "assert count_vowels('rhythm') == 0", "assert count_vowels('') == 0", "assert count_vowels('QUEUE up') == 5")

code("second_largest(numbers) should give me the second largest *distinct* value of a list, or None if there is no such value. Python, no explanations please.", """
def second_largest(numbers):
    distinct = sorted(set(numbers))
    return distinct[-2] if len(distinct) > 1 else None
""", "assert second_largest([3, 9, 9, 4]) == 4", "assert second_largest([1, 2]) == 1", "assert second_largest([5, 5]) is None", "assert second_largest([]) is None", "assert second_largest([-1, -7, -3]) == -3")

code("Python: is_palindrome(text) → bool. Ignore case, spaces and all punctuation; an empty text counts as a palindrome. Only the function.", """
def is_palindrome(text):
    kept = [c for c in text.lower() if c.isalnum()]
    return kept == kept[::-1]
""", "assert is_palindrome('Never odd or even')", "assert not is_palindrome('Turnout')", "assert is_palindrome('Madam, I\\'m Adam!')", "assert is_palindrome('')", "assert not is_palindrome('ab')")

code("Two warehouses, two dicts of stock (item → count). Write merge_stock(a, b) returning one new dict in which counts of items present in both are added up. The inputs must stay untouched. Just Python code.", """
def merge_stock(a, b):
    return {k: a.get(k, 0) + b.get(k, 0) for k in a.keys() | b.keys()}
""", "assert merge_stock({'x': 1}, {'x': 2, 'y': 3}) == {'x': 3, 'y': 3}", "assert merge_stock({}, {}) == {}", "a = {'x': 1}\nb = {'x': 4}\nmerge_stock(a, b)\nassert a == {'x': 1} and b == {'x': 4}")


code("to_seconds(clock): turns '02:05:09' into 7509. It should also take 'mm:ss' such as '03:20'. Output Python code and nothing else.", """
def to_seconds(clock):
    total = 0
    for part in clock.split(":"):
        total = total * 60 + int(part)
    return total
""", "assert to_seconds('02:05:09') == 7509", "assert to_seconds('00:00:00') == 0", "assert to_seconds('03:20') == 200", "assert to_seconds('10:00:01') == 36001")

code("Which word occurs most often? Please write most_common(words) for a non-empty list of strings; when several are equally frequent, return the one that comes first in the alphabet. Answer with Python code only.", """
def most_common(words):
    return min(set(words), key=lambda w: (-words.count(w), w))
""", "assert most_common(['b', 'a', 'b', 'a', 'c']) == 'a'", "assert most_common(['x']) == 'x'", "assert most_common(['a', 'z', 'z']) == 'z'")

code("Hello, could you do a small Python function for our name badges? initials('Ana Maria de Souza') must return 'A.M.D.S.' – first letter of each word in capitals, each followed by a full stop. More than one blank between words may happen. Just code please.", """
def initials(name):
    return "".join(word[0].upper() + "." for word in name.split())
""", "assert initials('Ana Maria de Souza') == 'A.M.D.S.'", "assert initials('  li   wei ') == 'L.W.'", "assert initials('') == ''", max_tokens=160)

code("def clamp(value, low, high): bring value into the closed interval [low, high]; if low is greater than high raise ValueError. Write it in Python without comments around the code.", """
def clamp(value, low, high):
    if low > high:
        raise ValueError("low is above high")
    return max(low, min(value, high))
""", "assert clamp(5, 0, 3) == 3", "assert clamp(-1, 0, 3) == 0", "assert clamp(2, 0, 3) == 2", "try:\n    clamp(1, 3, 0)\nexcept ValueError:\n    refused = True\nelse:\n    refused = False\nassert refused", max_tokens=160)

code("Write unique(items): the items without duplicates, in the order in which they first appear. Don't explain, send code.", """
def unique(items):
    return list(dict.fromkeys(items))
""", "assert unique([3, 1, 3, 2, 1]) == [3, 1, 2]", "assert unique([]) == []", "assert unique(['b', 'a', 'b']) == ['b', 'a']", max_tokens=160)

code("Schreib mir bitte eine Python-Funktion quersumme(n), die die Summe der Ziffern einer ganzen Zahl zurückgibt; das Vorzeichen wird ignoriert. Nur den Code.", """
def quersumme(n):
    return sum(int(d) for d in str(abs(n)))
""", "assert quersumme(123) == 6", "assert quersumme(-45) == 9", "assert quersumme(0) == 0", max_tokens=160)

code("Écris une fonction Python est_bissextile(annee) qui renvoie True si l'année est bissextile dans le calendrier grégorien, sinon False. Uniquement le code, sans commentaire.", """
def est_bissextile(annee):
    return annee % 4 == 0 and (annee % 100 != 0 or annee % 400 == 0)
""", "assert est_bissextile(2024) is True", "assert est_bissextile(1900) is False", "assert est_bissextile(2000) is True", "assert est_bissextile(2023) is False", max_tokens=160)

code("Escribe en Python la función invertir_palabras(frase): invierte el orden de las palabras y las une con un solo espacio. Devuelve solo el código.", """
def invertir_palabras(frase):
    return " ".join(reversed(frase.split()))
""", "assert invertir_palabras('hola mundo cruel') == 'cruel mundo hola'", "assert invertir_palabras('  uno   dos ') == 'dos uno'", "assert invertir_palabras('') == ''", max_tokens=160)

# Text.

code("Make slug(title) for blog addresses: lower case, every run of characters other than a–z and 0–9 becomes one hyphen, no hyphen at either end. Code only, Python 3.", """
import re


def slug(title):
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
""", "assert slug('Hello, World!') == 'hello-world'", "assert slug('  10 Tips -- for C++  ') == '10-tips-for-c'", "assert slug('???') == ''", "assert slug('a_b') == 'a-b'")

code("Run-length encoding, please: rle('aaabcc') == 'a3b1c2'. An empty string stays empty. I want only the Python function in your answer.", """
from itertools import groupby


def rle(text):
    return "".join(f"{c}{len(list(run))}" for c, run in groupby(text))
""", "assert rle('aaabcc') == 'a3b1c2'", "assert rle('') == ''", "assert rle('z') == 'z1'", "assert rle('aabaa') == 'a2b1a2'", "assert rle('x' * 12) == 'x12'")

code("And the way back: unrle(text) expands 'a3b1c12' to three a, one b, twelve c. Counts can have several digits; the letters are never digits. Python code, no prose.", """
import re


def unrle(text):
    return "".join(c * int(n) for c, n in re.findall(r"(\\D)(\\d+)", text))
""", "assert unrle('a3b1c12') == 'aaab' + 'c' * 12", "assert unrle('') == ''", "assert unrle('x0y2') == 'yy'")

code("Implement caesar(text, shift) in Python. Letters a–z and A–Z move by shift places and wrap around, keeping their case; everything else is left alone; shift may be negative or greater than 26. Answer with code.", """
def caesar(text, shift):
    out = []
    for c in text:
        if "a" <= c <= "z" or "A" <= c <= "Z":
            base = ord("a") if c.islower() else ord("A")
            c = chr((ord(c) - base + shift) % 26 + base)
        out.append(c)
    return "".join(out)
""", "assert caesar('abc', 1) == 'bcd'", "assert caesar('Xyz!', 3) == 'Abc!'", "assert caesar('Abc', -1) == 'Zab'", "assert caesar('Hello, World 7', 52) == 'Hello, World 7'", "assert caesar(caesar('Quiz', 11), -11) == 'Quiz'")

code("camel_to_snake(name) should turn 'orderId' into 'order_id', 'HTTPServer' into 'http_server' and 'alreadyOK' into 'already_ok'. A Python function, please, without any text around it.", """
import re


def camel_to_snake(name):
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\\1_\\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\\1_\\2", name).lower()
""", "assert camel_to_snake('orderId') == 'order_id'", "assert camel_to_snake('HTTPServer') == 'http_server'", "assert camel_to_snake('alreadyOK') == 'already_ok'", "assert camel_to_snake('plain') == 'plain'", "assert camel_to_snake('getURLOfPage') == 'get_url_of_page'")



code("Please write a Python function wrap(text, width) that breaks a text into lines of at most width characters at blanks, greedily (as many words per line as fit), and returns the list of lines. A word longer than width gets a line of its own, uncut. Do not use textwrap. Only code in the answer.", """
def wrap(text, width):
    lines = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
""", "assert wrap('the quick brown fox', 9) == ['the quick', 'brown fox']", "assert wrap('', 5) == []", "assert wrap('a extraordinary b', 5) == ['a', 'extraordinary', 'b']", "assert wrap('aa bb cc', 5) == ['aa bb', 'cc']")

# Parsing and regular expressions.

code("From log lines like '2024-05-01 12:00:03 ERROR disk full' I want the level and the message. Write parse(line) → (level, message), or None if the line does not look like that (date, time, level in capitals, message). Python, code only.", """
import re


def parse(line):
    m = re.fullmatch(r"\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d ([A-Z]+) (.+)", line.strip())
    return (m[1], m[2]) if m else None
""", "assert parse('2024-05-01 12:00:03 ERROR disk full') == ('ERROR', 'disk full')", "assert parse('hello') is None", "assert parse('2024-05-01 12:00:03 INFO user 7 ERROR page') == ('INFO', 'user 7 ERROR page')", "assert parse('') is None")

code("Write parse_query(query) for URL query strings *without* urllib: 'a=1&b=2&a=3' gives {'a': ['1', '3'], 'b': ['2']}. A key without '=' gets the value ''. Empty parts are skipped. No decoding of %xx. Just the function.", """
def parse_query(query):
    out = {}
    for part in query.split("&"):
        if part:
            key, _, value = part.partition("=")
            out.setdefault(key, []).append(value)
    return out
""", "assert parse_query('a=1&b=2&a=3') == {'a': ['1', '3'], 'b': ['2']}", "assert parse_query('') == {}", "assert parse_query('flag&x=') == {'flag': [''], 'x': ['']}", "assert parse_query('&e=a=b&') == {'e': ['a=b']}")

code("Config parser wanted: read_ini(text) takes lines 'key = value', sections '[name]', comments starting with ';' or '#', and blank lines. Return {section: {key: value}} with keys and values stripped; keys before the first section go under ''. A section without keys appears with an empty dict, the section '' only if it has keys. No configparser. Give Python code only.", """
def read_ini(text):
    out, section = {}, ""
    for line in text.splitlines():
        line = line.strip()
        if not line or line[0] in ";#":
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
            out.setdefault(section, {})
        else:
            key, _, value = line.partition("=")
            out.setdefault(section, {})[key.strip()] = value.strip()
    return out
""", "assert read_ini('[a]\\nx = 1\\n; no\\n\\n[b]\\ny=2=3') == {'a': {'x': '1'}, 'b': {'y': '2=3'}}", "assert read_ini('') == {}", "assert read_ini('k = v\\n[e]') == {'': {'k': 'v'}, 'e': {}}", "assert read_ini('# c\\n[s]\\n a =  b c ') == {'s': {'a': 'b c'}}")

code("duration('1h 30m') → 90, duration('45m') → 45, duration('2h') → 120, duration('1d 2h') → 1560: minutes as int, units d, h, m in that order, each optional, blanks optional. Anything else, the empty string included, raises ValueError. Python function, no commentary.", """
import re


def duration(text):
    m = re.fullmatch(r"\\s*(?:(\\d+)\\s*d)?\\s*(?:(\\d+)\\s*h)?\\s*(?:(\\d+)\\s*m)?\\s*", text)
    if not m or not any(m.groups()):
        raise ValueError(text)
    days, hours, minutes = (int(g or 0) for g in m.groups())
    return (days * 24 + hours) * 60 + minutes
""", "assert duration('1h 30m') == 90", "assert duration('1d 2h') == 1560", "assert duration('2h5m') == 125", "try:\n    duration('')\nexcept ValueError:\n    ok = True\nelse:\n    ok = False\nassert ok", "try:\n    duration('30m 1h')\nexcept ValueError:\n    ok = True\nelse:\n    ok = False\nassert ok")

code("valid_time(s): is s a time in the form HH:MM between 00:00 and 23:59, two digits each, nothing before or after? Return a bool. Use whatever you like from the standard library; code only.", """
import re


def valid_time(s):
    return re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", s) is not None
""", "assert valid_time('00:00') is True", "assert valid_time('24:00') is False", "assert valid_time('9:30') is False", "assert valid_time('23:59') is True", "assert valid_time('12:60') is False", "assert valid_time('12:30\\n') is False", max_tokens=200)

code("Extract all hashtags of a post with hashtags(text): '#' followed by letters, digits or underscores, not preceded by such a character or by another '#'. Lower-cased, without '#', each once, in order of appearance. Respond with Python only.", """
import re


def hashtags(text):
    return list(dict.fromkeys(tag.lower() for tag in re.findall(r"(?<![\\w#])#(\\w+)", text)))
""", "assert hashtags('Sun #Beach and #sea, again #beach') == ['beach', 'sea']", "assert hashtags('a#b ##c # d') == []", "assert hashtags('') == []", "assert hashtags('(#x_1)') == ['x_1']")

code("A CSV line with quotes: split_csv('a,\"b,c\",\"say \"\"hi\"\"\",') must give ['a', 'b,c', 'say \"hi\"', '']. Fields may be quoted, a doubled quote inside means one quote. Write split_csv(line) in Python. Any standard module is allowed. Code only.", """
import csv


def split_csv(line):
    return next(csv.reader([line]))
""", "assert split_csv('a,\"b,c\",\"say \"\"hi\"\"\",') == ['a', 'b,c', 'say \"hi\"', '']", "assert split_csv('x') == ['x']", "assert split_csv('1,,3') == ['1', '', '3']", "assert split_csv('\"\",\"a\"') == ['', 'a']")

code("Write a function evaluate(expression) that computes expressions in reverse Polish notation, tokens separated by blanks: '3 4 + 2 *' is 14. Operators + - * /, the division is true division. Raise ValueError if operands are missing or left over. Only the Python code.", """
def evaluate(expression):
    operations = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b}
    stack = []
    for token in expression.split():
        if token in operations:
            if len(stack) < 2:
                raise ValueError("operands are missing")
            b, a = stack.pop(), stack.pop()
            stack.append(operations[token](a, b))
        else:
            stack.append(float(token))
    if len(stack) != 1:
        raise ValueError("operands are left over")
    return stack[0]
""", "assert evaluate('3 4 + 2 *') == 14", "assert evaluate('10 4 -') == 6", "assert evaluate('7 2 /') == 3.5", "try:\n    evaluate('1 +')\nexcept ValueError:\n    ok = True\nelse:\n    ok = False\nassert ok", "try:\n    evaluate('1 2')\nexcept ValueError:\n    ok = True\nelse:\n    ok = False\nassert ok")

code("calc('2 + 3 * (4 - 1)') == 11. Write calc(text) for integers, + - *, parentheses and blanks, with the usual precedence and unary minus ('-3 * -(2)' is 6). No eval, no exec, no ast. Answer with a single Python code block.", """
import re


def calc(text):
    tokens = re.findall(r"\\d+|[-+*()]", text)
    position = 0

    def factor():
        nonlocal position
        token = tokens[position]
        position += 1
        if token == "-":
            return -factor()
        if token == "(":
            value = total()
            position += 1
            return value
        return int(token)

    def product():
        nonlocal position
        value = factor()
        while position < len(tokens) and tokens[position] == "*":
            position += 1
            value *= factor()
        return value

    def total():
        nonlocal position
        value = product()
        while position < len(tokens) and tokens[position] in "+-":
            sign = 1 if tokens[position] == "+" else -1
            position += 1
            value += sign * product()
        return value

    return total()
""", "assert calc('2 + 3 * (4 - 1)') == 11", "assert calc('-3 * -(2)') == 6", "assert calc('10 - 2 - 3') == 5", "assert calc('((7))') == 7", "assert calc('2*(3+(4-5)*6)') == -6", max_tokens=480)

# Dates.

code("days_between('2024-02-28', '2024-03-01') should be 2; the order of the two ISO dates must not matter. Python function please, code only.", """
from datetime import date


def days_between(a, b):
    return abs((date.fromisoformat(a) - date.fromisoformat(b)).days)
""", "assert days_between('2024-02-28', '2024-03-01') == 2", "assert days_between('2023-03-01', '2023-02-28') == 1", "assert days_between('2024-01-01', '2024-01-01') == 0", max_tokens=200)

code("For the birthday list I need age(born, today), both datetime.date, giving the age in full years. Somebody born on 29 February turns a year older on 1 March in years without one. Send the Python code alone.", """
def age(born, today):
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
""", "from datetime import date\nassert age(date(2000, 5, 10), date(2024, 5, 9)) == 23", "from datetime import date\nassert age(date(2000, 5, 10), date(2024, 5, 10)) == 24", "from datetime import date\nassert age(date(2004, 2, 29), date(2023, 2, 28)) == 18", "from datetime import date\nassert age(date(2004, 2, 29), date(2023, 3, 1)) == 19", max_tokens=200)

code("Write add_workdays(day, n): the date n working days (Monday to Friday) after the datetime.date `day`; n >= 0; holidays don't matter. With n = 0 return day itself, whatever day it is. Only code, in Python.", """
from datetime import timedelta


def add_workdays(day, n):
    while n > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            n -= 1
    return day
""", "from datetime import date\nassert add_workdays(date(2024, 5, 3), 1) == date(2024, 5, 6)", "from datetime import date\nassert add_workdays(date(2024, 5, 4), 0) == date(2024, 5, 4)", "from datetime import date\nassert add_workdays(date(2024, 5, 6), 5) == date(2024, 5, 13)", "from datetime import date\nassert add_workdays(date(2024, 5, 4), 1) == date(2024, 5, 6)")

code("Our board meets on the second Tuesday of each month. board_meeting(year, month) has to return that day as a datetime.date. Python code only, imports included.", """
from datetime import date, timedelta


def board_meeting(year, month):
    first = date(year, month, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 7)
""", "from datetime import date\nassert board_meeting(2024, 5) == date(2024, 5, 14)", "from datetime import date\nassert board_meeting(2024, 10) == date(2024, 10, 8)", "from datetime import date\nassert board_meeting(2025, 1) == date(2025, 1, 14)")

code("Write human(seconds) for a whole number of seconds: 0 → '0s', 59 → '59s', 61 → '1m 1s', 3600 → '1h', 90061 → '25h 1m 1s'. Parts that are zero are left out (except for '0s'). I only want the Python function.", """
def human(seconds):
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if n]
    return " ".join(parts) or "0s"
""", "assert human(0) == '0s'", "assert human(59) == '59s'", "assert human(61) == '1m 1s'", "assert human(3600) == '1h'", "assert human(90061) == '25h 1m 1s'")

# Repairs.

code("""This crashes for an empty list and I don't get why. Fix it so that the mean of an empty list is 0.0, and send back only the corrected function.

def mean(values):
    return sum(values) / len(values)
""", """
def mean(values):
    return sum(values) / len(values) if values else 0.0
""", "assert mean([1, 2, 3]) == 2", "assert mean([]) == 0.0", "assert mean([5]) == 5", max_tokens=160)

code("""Bug report: the list grows from call to call. Repair the function without changing how it is called. Code only.

def collect(item, into=[]):
    into.append(item)
    return into
""", """
def collect(item, into=None):
    if into is None:
        into = []
    into.append(item)
    return into
""", "assert collect(1) == [1]", "collect(1)\nassert collect(2) == [2]", "x = [0]\nassert collect(1, x) is x and x == [0, 1]", "x = []\nassert collect(1, x) is x", max_tokens=200)

code("""My binary search sometimes misses the last element and sometimes never returns. Please give me the repaired version, nothing else.

def find(items, target):
    low, high = 0, len(items) - 1
    while low < high:
        mid = (low + high) // 2
        if items[mid] == target:
            return mid
        if items[mid] < target:
            low = mid
        else:
            high = mid - 1
    return -1
""", """
def find(items, target):
    low, high = 0, len(items) - 1
    while low <= high:
        mid = (low + high) // 2
        if items[mid] == target:
            return mid
        if items[mid] < target:
            low = mid + 1
        else:
            high = mid - 1
    return -1
""", "assert find([1, 3, 5, 7], 7) == 3", "assert find([1, 3, 5, 7], 4) == -1", "assert find([], 1) == -1", "assert find([2], 2) == 0", "assert find([1, 3, 5, 7], 1) == 0")

code("""What's wrong here? It should remove all negative numbers from the list in place, but [-1, -2, 3] becomes [-2, 3]. Answer with a working remove_negatives only.

def remove_negatives(numbers):
    for n in numbers:
        if n < 0:
            numbers.remove(n)
""", """
def remove_negatives(numbers):
    numbers[:] = [n for n in numbers if n >= 0]
""", "x = [-1, -2, 3]\nremove_negatives(x)\nassert x == [3]", "x = []\nremove_negatives(x)\nassert x == []", "x = [0, -5, 5, -5]\nremove_negatives(x)\nassert x == [0, 5]", max_tokens=200)

code("""All three functions return 20 instead of 0, 10 and 20. Correct the code (Python) and return it without comment.

def multipliers():
    out = []
    for i in range(3):
        out.append(lambda x: i * x)
    return out
""", """
def multipliers():
    return [lambda x, i=i: i * x for i in range(3)]
""", "assert [f(10) for f in multipliers()] == [0, 10, 20]", "assert len(multipliers()) == 3", "assert multipliers()[1](7) == 7", max_tokens=200)


code("""A colleague's matrix transposition only works for square matrices and changes its input. Rewrite transpose so that it returns a new list of lists for any rectangular matrix, [] included. Respond with the function.

def transpose(m):
    for i in range(len(m)):
        for j in range(i):
            m[i][j], m[j][i] = m[j][i], m[i][j]
    return m
""", """
def transpose(m):
    return [list(column) for column in zip(*m)]
""", "assert transpose([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]", "assert transpose([]) == []", "m = [[1, 2], [3, 4]]\nassert transpose(m) == [[1, 3], [2, 4]] and m == [[1, 2], [3, 4]]", max_tokens=200)

code("""The recursion below takes forever for n = 80. Keep name and results (fib(0) = 0, fib(1) = 1) but make it fast. Only code.

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
""", """
def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a
""", "assert fib(0) == 0", "assert fib(1) == 1", "assert fib(10) == 55", "assert fib(80) == 23416728348467685", max_tokens=200)

# Tidying up.

code("""Refactor: same behaviour, no nested ifs, at most six lines. Give me only the new function.

def grade(points):
    if points >= 50:
        if points >= 65:
            if points >= 80:
                if points >= 90:
                    return 'A'
                else:
                    return 'B'
            else:
                return 'C'
        else:
            return 'D'
    else:
        return 'F'
""", """
def grade(points):
    for limit, name in ((90, "A"), (80, "B"), (65, "C"), (50, "D")):
        if points >= limit:
            return name
    return "F"
""", "assert grade(90) == 'A'", "assert grade(89) == 'B'", "assert grade(65) == 'C'", "assert grade(64.5) == 'D'", "assert grade(0) == 'F'", "assert grade(80) == 'B'", max_tokens=240)

code("""Please turn this loop into something more readable (comprehension or generator), keeping name, arguments and results. Code only.

def emails(users):
    result = []
    for u in users:
        if u.get('active') == True:
            if 'email' in u:
                if u['email'] is not None:
                    e = u['email'].strip().lower()
                    if not e in result:
                        result.append(e)
    return result
""", """
def emails(users):
    found = (u["email"].strip().lower() for u in users if u.get("active") == True and u.get("email") is not None)
    return list(dict.fromkeys(found))
""", "assert emails([{'active': True, 'email': ' A@x.org '}, {'active': True, 'email': 'a@x.org'}]) == ['a@x.org']", "assert emails([{'active': False, 'email': 'b@x.org'}, {'active': True}, {'active': True, 'email': None}]) == []", "assert emails([{'active': True, 'email': 'z@x'}, {'active': True, 'email': 'b@x'}]) == ['z@x', 'b@x']", "assert emails([]) == []", max_tokens=240)

code("""Remove the duplication: write one function area(shape, *sizes) that replaces the three below. shape is 'circle', 'rectangle' or 'triangle'; anything else raises ValueError. Python only, no explanations.

import math
def circle_area(r): return math.pi * r * r
def rectangle_area(a, b): return a * b
def triangle_area(base, height): return base * height / 2
""", """
import math


def area(shape, *sizes):
    formulas = {
        "circle": lambda r: math.pi * r * r,
        "rectangle": lambda a, b: a * b,
        "triangle": lambda base, height: base * height / 2,
    }
    if shape not in formulas:
        raise ValueError(shape)
    return formulas[shape](*sizes)
""", "assert abs(area('circle', 2) - 12.566370614) < 1e-6", "assert area('rectangle', 3, 4) == 12", "assert area('triangle', 3, 4) == 6", "try:\n    area('hexagon', 1)\nexcept ValueError:\n    ok = True\nelse:\n    ok = False\nassert ok", max_tokens=240)

# Classes and generators.

code("Write a Python class Stack with push(item), pop(), peek(), and len(stack). pop and peek on an empty stack raise IndexError. Just the class.", """
class Stack:
    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)

    def pop(self):
        return self._items.pop()

    def peek(self):
        return self._items[-1]

    def __len__(self):
        return len(self._items)
""", "s = Stack()\ns.push(1)\ns.push(2)\nassert s.pop() == 2 and s.peek() == 1 and len(s) == 1", "assert len(Stack()) == 0", "try:\n    Stack().pop()\nexcept IndexError:\n    ok = True\nassert ok", "a, b = Stack(), Stack()\na.push(1)\nassert len(b) == 0")

code("I'm teaching object orientation and want a model solution: class Account(owner, balance=0) with deposit(amount) and withdraw(amount). Amounts that are not positive, and withdrawals above the balance, raise ValueError and change nothing. The attribute balance holds the current balance. Code only.", """
class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("the amount must be positive")
        self.balance += amount

    def withdraw(self, amount):
        if amount <= 0:
            raise ValueError("the amount must be positive")
        if amount > self.balance:
            raise ValueError("the balance is too low")
        self.balance -= amount
""", "a = Account('Noor', 10)\na.deposit(5)\na.withdraw(12)\nassert a.balance == 3", "assert Account('Noor').balance == 0 and Account('Noor').owner == 'Noor'", "a = Account('x', 5)\ntry:\n    a.withdraw(6)\nexcept ValueError:\n    ok = True\nassert ok and a.balance == 5", "a = Account('x', 5)\ntry:\n    a.deposit(0)\nexcept ValueError:\n    ok = True\nassert ok and a.balance == 5", "a = Account('x', 5)\na.withdraw(5)\nassert a.balance == 0")

code("Class Vector(x, y) in Python, please: v + w, v - w, v * number, v == w, abs(v) for the length, and repr as 'Vector(1, 2)'. Return nothing but the code.", """
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, number):
        return Vector(self.x * number, self.y * number)

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y) == (other.x, other.y)

    def __abs__(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"
""", "assert Vector(1, 2) + Vector(3, 4) == Vector(4, 6)", "assert Vector(1, 2) - Vector(3, 4) == Vector(-2, -2)", "assert Vector(1, 2) * 3 == Vector(3, 6)", "assert abs(Vector(3, 4)) == 5", "assert repr(Vector(1, 2)) == 'Vector(1, 2)'", "assert not Vector(1, 2) == Vector(2, 1)")

code("An LRU cache as a class: LRU(capacity), get(key) returns the value or None, put(key, value) stores and, when there are more than capacity keys, drops the one that was not used (got or put) for the longest time. Python 3, standard library, only the code.", """
from collections import OrderedDict


class LRU:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = OrderedDict()

    def get(self, key):
        if key not in self.items:
            return None
        self.items.move_to_end(key)
        return self.items[key]

    def put(self, key, value):
        self.items[key] = value
        self.items.move_to_end(key)
        if len(self.items) > self.capacity:
            self.items.popitem(last=False)
""", "c = LRU(2)\nc.put('a', 1)\nc.put('b', 2)\nc.get('a')\nc.put('c', 3)\nassert c.get('b') is None and c.get('a') == 1 and c.get('c') == 3", "c = LRU(1)\nassert c.get('x') is None", "c = LRU(2)\nc.put('a', 1)\nc.put('b', 2)\nc.put('a', 9)\nc.put('c', 3)\nassert c.get('a') == 9 and c.get('b') is None", "c = LRU(1)\nc.put('a', 1)\nc.put('b', 2)\nassert c.get('a') is None and c.get('b') == 2")

code("Write a generator countdown(n) that yields n, n−1, …, 1 and after that the string 'go'. For n < 1 only 'go'. Python code only.", """
def countdown(n):
    yield from range(n, 0, -1)
    yield "go"
""", "assert list(countdown(3)) == [3, 2, 1, 'go']", "assert list(countdown(0)) == ['go']", "assert iter(countdown(2)) is not None and next(countdown(2)) == 2", max_tokens=160)


# Algorithms.

code("flatten(nested): a list that contains values and lists of any depth → one flat list. Strings are values. Only Python code.", """
def flatten(nested):
    out = []
    for x in nested:
        out += flatten(x) if isinstance(x, list) else [x]
    return out
""", "assert flatten([1, [2, [3, []]], 4]) == [1, 2, 3, 4]", "assert flatten([]) == []", "assert flatten(['ab', ['c']]) == ['ab', 'c']", "assert flatten([[[[5]]]]) == [5]")

code("Roman numerals for the years on our monuments: roman(n), 1 <= n <= 3999. roman(1994) is 'MCMXCIV'. Python; answer with code only.", """
def roman(n):
    signs = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    out = ""
    for value, sign in signs:
        out += sign * (n // value)
        n %= value
    return out
""", "assert roman(1994) == 'MCMXCIV'", "assert roman(4) == 'IV'", "assert roman(3999) == 'MMMCMXCIX'", "assert roman(1) == 'I'", "assert roman(40) == 'XL'")

code("balanced(text) – do the brackets (), [] and {} in the text match and nest properly? Other characters don't count. Bool. Just send me the Python function.", """
def balanced(text):
    opening = {")": "(", "]": "[", "}": "{"}
    stack = []
    for c in text:
        if c in "([{":
            stack.append(c)
        elif c in opening and (not stack or stack.pop() != opening[c]):
            return False
    return not stack
""", "assert balanced('f(a[1], {2})') is True", "assert balanced('(]') is False", "assert balanced('((') is False", "assert balanced('') is True", "assert balanced(')(') is False", "assert balanced('([)]') is False")

code("Rooms get booked as (start, end) pairs. Write merge_intervals(pairs): overlapping or touching intervals joined, result sorted by start, as a list of tuples. The pairs come in any order. Code only (Python).", """
def merge_intervals(pairs):
    merged = []
    for start, end in sorted(pairs):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
""", "assert merge_intervals([(5, 8), (1, 3), (2, 4)]) == [(1, 4), (5, 8)]", "assert merge_intervals([]) == []", "assert merge_intervals([(1, 2), (2, 3)]) == [(1, 3)]", "assert merge_intervals([(1, 10), (2, 3)]) == [(1, 10)]")

code("""Complete the body, keep the signature. Return the code only.

def shortest_path(graph: dict[str, list[str]], start: str, goal: str) -> list[str]:
    \"\"\"One path with the fewest edges from start to goal, both included.

    graph maps a node to its neighbours; nodes without neighbours may be missing.
    Returns [start] if start == goal and [] if there is no path.
    \"\"\"
""", """
from collections import deque


def shortest_path(graph: dict[str, list[str]], start: str, goal: str) -> list[str]:
    before = {start: start}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == goal:
            path = [node]
            while path[-1] != start:
                path.append(before[path[-1]])
            return path[::-1]
        for neighbour in graph.get(node, []):
            if neighbour not in before:
                before[neighbour] = node
                queue.append(neighbour)
    return []
""", "assert shortest_path({'a': ['b', 'c'], 'b': ['d'], 'c': ['e'], 'd': ['f'], 'e': [], 'f': ['e']}, 'a', 'e') == ['a', 'c', 'e']", "assert shortest_path({'a': []}, 'a', 'z') == []", "assert shortest_path({}, 'a', 'a') == ['a']", "assert shortest_path({'a': ['b'], 'b': ['a', 'c'], 'c': ['d']}, 'a', 'd') == ['a', 'b', 'c', 'd']")

code("Edit distance (Levenshtein): distance(a, b) with insertions, deletions and substitutions costing 1 each. Must cope with strings of 300 characters in well under a second. Code only, in Python.", """
def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]
""", "assert distance('kitten', 'sitting') == 3", "assert distance('', 'abc') == 3", "assert distance('same', 'same') == 0", "assert distance('ab' * 150, 'ba' * 150) == 2")

code("Which notes and coins? min_coins(amount, coins) returns the smallest number of coins that add up to amount (each coin may be used any number of times), or -1 if it can't be done. 0 needs 0 coins. Careful, greedy is wrong for coins like 1, 3, 4. Only the Python code please.", """
def min_coins(amount, coins):
    best = [0] + [None] * amount
    for total in range(1, amount + 1):
        ways = [best[total - c] for c in coins if c <= total and best[total - c] is not None]
        best[total] = min(ways) + 1 if ways else None
    return -1 if best[amount] is None else best[amount]
""", "assert min_coins(6, [1, 3, 4]) == 2", "assert min_coins(0, [5]) == 0", "assert min_coins(7, [2, 4]) == -1", "assert min_coins(63, [1, 10, 21, 25]) == 3")

code("topological order! order(tasks) gets a dict task → list of tasks that have to be done before it, and returns a list of all tasks in which everything comes after what it needs. Tasks that appear only as requirements belong in the list too. If the requirements run in a circle, raise ValueError. Python, just code.", """
def order(tasks):
    out, state = [], {}

    def visit(task):
        if state.get(task) == "open":
            raise ValueError("the requirements run in a circle")
        if task not in state:
            state[task] = "open"
            for needed in tasks.get(task, []):
                visit(needed)
            state[task] = "done"
            out.append(task)

    for task in tasks:
        visit(task)
    return out
""", "o = order({'c': ['b'], 'b': ['a']})\nassert o == ['a', 'b', 'c']", "assert order({}) == []", "o = order({'d': ['b', 'c'], 'b': ['a'], 'c': ['a']})\nassert sorted(o) == ['a', 'b', 'c', 'd'] and o[0] == 'a' and o[-1] == 'd'", "try:\n    order({'a': ['b'], 'b': ['a']})\nexcept ValueError:\n    ok = True\nassert ok")

# Numbers and matrices.

code("primes(n): all primes up to and including n, ascending. n can be as large as a million, so a sieve, please. Code only.", """
def primes(n):
    sieve = [True] * (n + 1)
    sieve[:2] = [False] * min(2, n + 1)
    for i in range(2, int(max(n, 0) ** 0.5) + 1):
        if sieve[i]:
            for j in range(i * i, n + 1, i):
                sieve[j] = False
    return [i for i, p in enumerate(sieve) if p]
""", "assert primes(20) == [2, 3, 5, 7, 11, 13, 17, 19]", "assert primes(1) == []", "assert primes(2) == [2]", "assert len(primes(1000000)) == 78498")

code("Write prime_factors(n) for n >= 1 that returns a dict prime → exponent: prime_factors(360) == {2: 3, 3: 2, 5: 1}. Reply with a Python function only.", """
def prime_factors(n):
    out, p = {}, 2
    while p * p <= n:
        while n % p == 0:
            out[p] = out.get(p, 0) + 1
            n //= p
        p += 1
    if n > 1:
        out[n] = out.get(n, 0) + 1
    return out
""", "assert prime_factors(360) == {2: 3, 3: 2, 5: 1}", "assert prime_factors(1) == {}", "assert prime_factors(97) == {97: 1}", "assert prime_factors(1000003) == {1000003: 1}")

code("In plain Python without numpy: matmul(a, b) multiplies two matrices given as lists of rows and raises ValueError if the sizes don't fit. Show only the code.", """
def matmul(a, b):
    if len(a[0]) != len(b):
        raise ValueError("the sizes do not fit")
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]
""", "assert matmul([[1, 2], [3, 4]], [[5, 6], [7, 8]]) == [[19, 22], [43, 50]]", "assert matmul([[1, 2, 3]], [[1], [2], [3]]) == [[14]]", "try:\n    matmul([[1, 2]], [[1, 2]])\nexcept ValueError:\n    ok = True\nassert ok", "assert matmul([[1], [2]], [[3, 4]]) == [[3, 4], [6, 8]]")

code("spiral(matrix) → the elements of a rectangular list of lists, read clockwise in a spiral from the top left corner inwards. [] gives []. Python, no text besides the code.", """
def spiral(matrix):
    rows = [list(r) for r in matrix]
    out = []
    while rows:
        out += rows.pop(0)
        rows = [list(r) for r in zip(*rows)][::-1]
    return out
""", "assert spiral([[1, 2, 3], [4, 5, 6], [7, 8, 9]]) == [1, 2, 3, 6, 9, 8, 7, 4, 5]", "assert spiral([]) == []", "assert spiral([[1, 2, 3]]) == [1, 2, 3]", "assert spiral([[1], [2], [3]]) == [1, 2, 3]", "assert spiral([[1, 2], [3, 4], [5, 6]]) == [1, 2, 4, 6, 5, 3]")
