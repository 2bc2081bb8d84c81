"""How a name may be typed beside as it is written: in pinyin, by its initials, in another order.

Characters are read after pypinyin 0.55 (`pinyin.txt`, one reading each, without tones). A surname
is read as surnames are, and as the character commonly is: whoever hears a name writes either. `ü`
is `u`, and so are `v` and `yu` behind l and n.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from itertools import permutations, product

from vipclub.people.normal_forms.names import simplified
from vipclub.people.normal_forms.texts import visible

SPELLED, INITIALS, RELATIVE = "spelled", "initials", "relative"
"""Kinds: how a name is spelled, its initials; the third is the first, of a relative's name."""
LONGEST = 60
MOST = 40
"""So many spellings of a name at most."""
ANY_ORDER = 4
"""Latin names of so many words are spelled in any order; of longer ones any two words come first.
"""
_OF_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "翟": "zhai",
    "卜": "bu", "覃": "qin", "朴": "piao", "缪": "miao", "种": "chong", "召": "shao", "折": "she",
    "盖": "ge", "黑": "he", "秘": "bi", "乜": "nie", "佴": "nai", "员": "yun", "隗": "wei",
    "纪": "ji", "褚": "chu", "洗": "xian", "繁": "po", "逯": "lu", "郇": "xun", "车": "che",
    "阚": "kan", "晁": "chao", "牟": "mu", "尹": "yin", "任": "ren", "华": "hua", "应": "ying",
    "宁": "ning", "谌": "chen", "薄": "bo", "柏": "bai", "石": "shi", "沈": "shen", "贾": "jia",
    "盛": "sheng", "重": "chong", "万": "wan", "叶": "ye", "俞": "yu", "尉": "wei", "那": "na",
    "适": "kuo", "幺": "yao", "哈": "ha", "会": "gui", "祭": "zhai", "令": "ling", "郗": "xi",
    "过": "guo", "句": "gou", "厍": "she", "桓": "huan", "笪": "da", "郝": "hao", "眭": "sui",
}  # fmt: skip
_OF_TWO = {
    "欧阳": "ou yang", "诸葛": "zhu ge", "司马": "si ma", "上官": "shang guan", "尉迟": "yu chi",
    "万俟": "mo qi", "皇甫": "huang fu", "令狐": "ling hu", "公孙": "gong sun", "慕容": "mu rong",
    "司徒": "si tu", "夏侯": "xia hou", "东方": "dong fang", "独孤": "du gu", "宇文": "yu wen",
    "长孙": "zhang sun", "鲜于": "xian yu", "闾丘": "lu qiu", "澹台": "tan tai", "单于": "chan yu",
    "申屠": "shen tu", "太史": "tai shi", "轩辕": "xuan yuan", "钟离": "zhong li",
    "濮阳": "pu yang", "赫连": "he lian", "端木": "duan mu", "百里": "bai li", "呼延": "hu yan",
    "南宫": "nan gong", "西门": "xi men", "拓跋": "tuo ba", "纳兰": "na lan", "完颜": "wan yan",
    "公羊": "gong yang", "淳于": "chun yu", "东郭": "dong guo", "南门": "nan men",
    "司空": "si kong", "叶赫": "ye he", "爱新": "ai xin",
}  # fmt: skip
_ALSO = {
    "乐": "yue", "行": "hang", "长": "chang", "朝": "zhao", "茜": "xi", "晟": "sheng",
    "重": "zhong", "单": "dan", "莎": "suo", "娜": "nuo", "婼": "ruo", "觉": "jiao",
    "藏": "zang", "蔚": "yu",
    "校": "jiao", "参": "shen", "宿": "xiu", "干": "qian", "强": "jiang", "祎": "yi", "盛": "cheng",
    "薄": "bao", "车": "ju", "卜": "bo", "翟": "di", "覃": "tan", "繁": "fan", "种": "zhong",
    "召": "zhao", "盖": "gai", "黑": "hei", "秘": "mi", "员": "yuan", "隗": "kui", "洗": "xi",
    "谌": "shen", "尉": "yu", "沈": "chen", "贾": "gu", "牟": "mou", "会": "hui", "句": "ju",
    "适": "shi", "过": "guo", "曾": "ceng", "区": "qu", "查": "cha", "仇": "chou", "朴": "pu",
    "缪": "mou", "折": "zhe", "阚": "kan", "传": "zhuan", "兴": "xing", "都": "du", "没": "mo",
    "宓": "fu", "那": "nuo", "圩": "xu", "柏": "bo", "石": "dan", "炅": "gui", "熠": "yi",
    "晁": "zhao", "婷": "ting", "琢": "zuo", "璇": "xuan", "妤": "yu", "涵": "han", "澄": "deng",
    "俟": "si", "迟": "chi", "冼": "xian", "解": "xie", "奇": "ji", "降": "xiang", "屏": "bing",
    "宛": "yuan", "轲": "ke", "伽": "jia", "钰": "yu", "好": "hao", "伯": "bai",
}  # fmt: skip
_SEVERAL = frozenset("".join(_OF_SURNAMES)) | frozenset("".join(_ALSO))
"""Characters that are read in several ways, or in another as a surname."""
_CHARACTER = re.compile("[\u3400-\u9fff]")
_RUNS = re.compile("[\u3400-\u9fff]+|[^\u3400-\u9fff]+")
_PLAIN = re.compile("[\u4e00-\u9fff]{2,4}")
_BETWEEN = re.compile("(?<=[\u3400-\u9fff])[\\W_]+(?=[\u3400-\u9fff])")
"""A dot or a space between characters."""
_SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|er|ia|ie|iu|in|ua|uo|ui"
    r"|un|ue|a|o|e|i|u)"
)


@cache
def _readings() -> dict[str, str]:
    """Each character's common reading."""
    text = files("vipclub.people.normal_forms").joinpath("pinyin.txt").read_text("utf-8")
    lines = (line.split(" ") for line in text.splitlines())
    return {character: reading for reading, characters in lines for character in characters}


def latin_form(text: str) -> str:
    """What two ways to write one name in Latin letters have in common, the order of its words kept:
    no tones, accents, spaces or hyphens.

    >>> latin_form("Wáng Xiǎo-míng"), latin_form("Wang Xiao Ming"), latin_form("LYU Bu")
    ('wangxiaoming', 'wangxiaoming', 'lubu')
    >>> latin_form("Lv Bu") == latin_form("lü bù") == latin_form("lu: bu")
    True
    """
    return "".join(_words(text))


def without_tones(text: str) -> str:
    """A text without the digits that say a tone behind a letter.

    >>> without_tones("wang2 xiao3ming2"), without_tones("王伟1980"), without_tones("M-0012")
    ('wang xiaoming', '王伟1980', 'M-0012')
    """
    return re.sub(r"(?<=[a-zA-Zà-ǿüÜ:])[0-5](?!\d)", "", text)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", visible(text)).casefold()
    letters = "".join(c for c in plain if unicodedata.category(c) != "Mn")
    letters = re.sub(r"(?<=[a-z])u:", "u", letters)
    words = re.findall(r"[^\W\d_]+", letters)
    return [re.sub(r"(?<=[ln])(?:v|yu)(?![aoi])", "u", word) for word in words]


@lru_cache(maxsize=8192)
def spellings(full_name: str) -> frozenset[tuple[str, str]]:
    """Kind and spelling of a name, for all ways but as it is written: that is its `name_key`.

    >>> sorted(spelled for _, spelled in spellings("王小明"))
    ['wangxiaoming', 'wxm', 'xiaomingwang', '小明王']
    >>> {("spelled", "zengguofan"), ("spelled", "cengguofan")} < spellings("曾国藩")
    True
    >>> ("spelled", "taimanchan") in spellings("Chan Tai Man")
    True
    """
    if _PLAIN.fullmatch(full_name):
        return frozenset(_of_characters(simplified(full_name)))
    found: list[tuple[str, str]] = []
    for run in _RUNS.findall(_BETWEEN.sub("", simplified(full_name))):
        if _CHARACTER.match(run):
            found += _of_characters(run)
        else:
            found += _of_letters(run)
    return frozenset([(kind, text[:LONGEST]) for kind, text in found if text][:MOST])


def _of_characters(name: str) -> list[tuple[str, str]]:
    """In pinyin with the surname first and last, by its initials, and with the given name first."""
    length = 2 if name[:2] in _OF_TWO and len(name) > 2 else 1
    surname, given = name[:length], name[length:]
    found = [(SPELLED, given + surname)] if given else []
    if length == 1 and given and _SEVERAL.isdisjoint(name):  # as most names are
        return found + _read_once([_readings().get(character, "") for character in name])
    for first in _of_surname(surname):
        for rest in _of_given(given):
            syllables = [*first, *rest]
            if not all(syllables):
                continue  # a character that nobody reads
            found.append((SPELLED, "".join(syllables)))
            if given:
                found.append((SPELLED, "".join([*rest, *first])))
            found.append((INITIALS, "".join(syllable[0] for syllable in syllables)))
    return found


def _read_once(syllables: list[str]) -> list[tuple[str, str]]:
    """What `_of_characters` makes of one reading, with a surname of one character."""
    if not all(syllables):
        return []
    surname, given = syllables[0], "".join(syllables[1:])
    initials = "".join([syllable[0] for syllable in syllables])
    return [(SPELLED, surname + given), (SPELLED, given + surname), (INITIALS, initials)]


def _of_surname(surname: str) -> list[tuple[str, ...]]:
    common = tuple(_readings().get(character, "") for character in surname)
    if len(surname) == 2:
        return list(dict.fromkeys([tuple(_OF_TWO[surname].split()), common]))
    also = (_ALSO.get(surname), _OF_SURNAMES.get(surname))
    return list(dict.fromkeys([*((word,) for word in also if word), common]))


def _of_given(given: str) -> list[tuple[str, ...]]:
    each = [
        dict.fromkeys([_readings().get(c, ""), _ALSO.get(c) or _readings().get(c, "")])
        for c in given
    ]
    return list(product(*each))[:4]


def _of_letters(text: str) -> list[tuple[str, str]]:
    """Its words in any order, and the initials of its words and of its syllables."""
    words = sorted(_words(text))
    if not words:
        return []
    if len(words) <= ANY_ORDER:
        orders = list(permutations(words))
    else:
        orders = [(*two, *_without(words, two)) for two in permutations(words, 2)]
    found = [(SPELLED, "".join(order)) for order in orders]
    if len(words) > 1:
        parts = {word: _initials(word) for word in words}
        for order in orders if len(words) < ANY_ORDER else _turned(words):
            found.append((INITIALS, "".join(word[0] for word in order)))
            found.append((INITIALS, "".join(parts[word] for word in order)))
    return list(dict.fromkeys(found))


def _without(words: list[str], two: tuple[str, ...]) -> list[str]:
    rest = list(words)
    for word in two:
        rest.remove(word)
    return rest


def _turned(words: list[str]) -> list[tuple[str, ...]]:
    return [(*words[n:], *words[:n]) for n in range(len(words))]


def _initials(word: str) -> str:
    """The initials of a word's syllables, where it can be read as pinyin."""
    starts, at = [], 0
    while at < len(word):
        syllable = _SYLLABLE.match(word, at)
        if syllable is None:
            return word[0]
        starts.append(word[at])
        at = syllable.end()
    return "".join(starts)


def in_pinyin(text: str) -> str:
    """A name of characters and letters, as typed, in letters alone; characters that nobody reads
    are left out.

    >>> in_pinyin("王 xiǎoming")
    'wangxiaoming'
    """
    read = "".join(
        f" {_readings().get(c, '')} " if _CHARACTER.match(c) else c for c in simplified(text)
    )
    return latin_form(read)


def has_characters(text: str) -> bool:
    """Whether Chinese characters are in it."""
    return _CHARACTER.search(text) is not None


def has_letters(text: str) -> bool:
    """Whether letters of an alphabet are in it."""
    return any(c.isalpha() and not _CHARACTER.match(c) for c in text)
