"""People reached: what the importer keeps of CLDR, bounds against hand-worked countries and laws, what is refused."""

from __future__ import annotations

import csv

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.connect import PROJECT
from governance.errors import BadInput, NotFound
from governance.evaluation.groups.reach import NO_LANGUAGE, people_reached, spoken_languages
from governance.evaluation.imports.cldr import FILE, SOURCE, import_cldr

COLUMNS = ("country", "region", "language", "stated", "population", "share", "source_id")
HEAD = '<?xml version="1.0"?><!DOCTYPE supplementalData SYSTEM "../../common/dtd/ldmlSupplemental.dtd">'
REGION = '<territoryContainment><group type="155" contains="BE FR CH"/></territoryContainment>'
CODES = ("eng", "fra", "nld", "deu", "zho", "swa")


def table(*rows):
    """Make a catalogue of (country, language, stated, population, share)."""
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE speakers (country VARCHAR, region VARCHAR, language VARCHAR, stated VARCHAR, "
        "population BIGINT, share DOUBLE, source_id VARCHAR)"
    )
    for country, language, stated, population, share in rows:
        row = [country, "Western Europe", language, stated, population, share, "mine"]
        made.execute("INSERT INTO speakers VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return made


def document(territories, groups=REGION, head=HEAD):
    """Write CLDR's file from (code, population, ((language, percent), …))."""
    rows = "".join(
        f'<territory type="{code}" population="{people}">'
        + "".join(f'<languagePopulation type="{name}" populationPercent="{percent}"/>' for name, percent in spoken)
        + "</territory>"
        for code, people, spoken in territories
    )
    return f"{head}<supplementalData>{groups}<territoryInfo>{rows}</territoryInfo></supplementalData>"


@pytest.fixture
def imported(tmp_path):
    """Give a function that imports CLDR's file of some countries, and what was kept."""

    def read(*territories, **more):
        (tmp_path / FILE).write_text(document(territories, **more))
        report = import_cldr(tmp_path, tmp_path / "facts")
        with (tmp_path / "facts" / "speakers.csv").open(encoding="utf-8") as stream:
            return report, list(csv.DictReader(stream))

    return read


def test_rows_of_a_country_in_our_words(imported):
    report, rows = imported(("BE", "11977600", (("nl", "55"), ("fr", "38"), ("zh_Hant", "0.5"))))
    assert (report.read, report.kept, report.refused) == (3, 3, ())
    assert [tuple(row[name] for name in COLUMNS) for row in rows] == [
        ("BE", "Western Europe", "fra", "fr", "11977600", "0.38", SOURCE),
        ("BE", "Western Europe", "nld", "nl", "11977600", "0.55", SOURCE),
        ("BE", "Western Europe", "zho", "zh-Hant", "11977600", "0.005", SOURCE),
    ]


def test_a_country_without_a_language_keeps_its_people(imported):
    report, rows = imported(("BE", "10", ()), ("FR", "20", (("fr", "97"),)))
    assert [(row["country"], row["language"], row["share"]) for row in rows] == [
        ("BE", "und", "1.0"), ("FR", "fra", "0.97"),
    ]  # fmt: skip
    assert ("no_language", "BE") in {(note.kind, note.subject) for note in report.notes}
    assert (report.read, report.kept) == (2, 2)


@pytest.mark.parametrize(
    ("territory", "kind", "said"),
    [
        pytest.param(("BE", "10", (("qaa", "5"),)), "unmapped_language", "BE, qaa", id="private code"),
        pytest.param(("BE", "10", (("nl", "101"),)), "no_share", "'101' is no share", id="above all"),
        pytest.param(("BE", "10", (("nl", "-1"),)), "no_share", "'-1' is no share", id="below none"),
        pytest.param(("BE", "10", (("nl", "nan"),)), "no_share", "'nan'", id="nan"),
        pytest.param(("BE", "10", (("nl", "most"),)), "no_share", "'most'", id="a word"),
        pytest.param(("BE", "10", (("nl", "5"), ("nl", "6"))), "repeated_language", "BE, nl", id="language twice"),
        pytest.param(("FR", "10", (("fr", "5"),)), "repeated_country", "FR: it is there", id="country twice"),
        pytest.param(("IC", "2098590", (("es", "98"),)), "no_country", "2,098,590 people", id="part of a country"),
        pytest.param(("BE", "many", (("nl", "5"),)), "no_population", "'many'", id="population"),
        pytest.param(("BE", "-5", (("nl", "5"),)), "no_population", "'-5'", id="negative people"),
        pytest.param(("DE", "10", (("de", "5"),)), "no_region", "DE: it is in none", id="no region"),
    ],
)
def test_what_is_lost_is_told(imported, territory, kind, said):
    report, rows = imported(("FR", "20", (("fr", "97"),)), territory)
    assert [one.kind for one in report.refused] == [kind]
    assert said in report.refused[0].detail
    assert report.read - report.kept == 1
    assert {row["share"] for row in rows} <= {"0.97", "0.05", "1.0"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "no XML", id="empty"),
        pytest.param("<supplementalData>", "no XML", id="cut short"),
        pytest.param("<ldml/>", "about 'ldml'", id="another file"),
        pytest.param("<supplementalData/>", "no country", id="no territories"),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY lol "lol"><!ENTITY more "&lol;&lol;">]><supplementalData>&more;</supplementalData>',
            "declares the entity 'lol'", id="entities that grow",
        ),
        pytest.param(
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><supplementalData>&x;</supplementalData>',
            "declares the entity 'x'", id="a file from outside",
        ),
    ],
)  # fmt: skip
def test_another_file_is_refused_and_nothing_is_written(tmp_path, text, said):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadInput, match=said):
        import_cldr(tmp_path / FILE, tmp_path / "facts")
    assert not (tmp_path / "facts").exists()


def test_a_missing_or_huge_file_is_refused(tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="cannot be read"):
        import_cldr(tmp_path, tmp_path / "facts")
    monkeypatch.setattr("governance.evaluation.imports.cldr.MOST_BYTES", 3)
    (tmp_path / FILE).write_text("<supplementalData/>")
    with pytest.raises(BadInput, match="larger than 3 bytes"):
        import_cldr(tmp_path, tmp_path / "facts")


# Oracles: figures of CLDR 47 read in babel 2.18.0 and cldr-core 47.0.0 (npm), which carry the same release.
def test_the_shipped_facts_are_cldr_47(connection):
    def rows(country):
        found = connection.execute(
            "SELECT stated, share, population FROM speakers WHERE country = ? ORDER BY share DESC, stated", [country]
        )
        return found.fetchall()

    assert rows("AD") == [("ca", 0.51, 85_370), ("es", 0.43, 85_370), ("fr", 0.068, 85_370)]
    assert rows("HK")[:2] == [("zh-Hant", 0.95, 7_297_820), ("yue", 0.9, 7_297_820)]
    assert rows("AQ") == [("und", 1.0, 300)]
    (count,) = connection.execute("SELECT count(*) FROM speakers").fetchone()
    assert count == 1524 - 7  # languagePopulation elements, less one each of AC, CP, CQ, DG, EA, IC and TA


def test_the_notice_of_the_licence_is_shipped():
    notice = (PROJECT / "data" / "LICENSES" / "Unicode-3.0.txt").read_text(encoding="utf-8")
    assert notice.startswith("UNICODE LICENSE V3")
    assert "this copyright and permission notice appear with all copies" in " ".join(notice.split())


# Two countries by hand. Belgium, 1,000 people: Dutch 55%, French 38%, German 22%, English 59%.
# Switzerland, 500 people: German 73%, French 21%, English 45%.
TWO = (
    ("BE", "nld", "nl", 1000, 0.55), ("BE", "fra", "fr", 1000, 0.38), ("BE", "deu", "de", 1000, 0.22),
    ("BE", "eng", "en", 1000, 0.59), ("CH", "deu", "de", 500, 0.73), ("CH", "fra", "fr", 500, 0.21),
    ("CH", "eng", "en", 500, 0.45),
)  # fmt: skip


@pytest.mark.parametrize(
    ("languages", "low", "high", "simple"),
    [
        pytest.param([], 0, 0, 0, id="none"),
        pytest.param(["nld"], 550, 550, 550, id="one language is no interval"),
        # Belgium 380 to 600, Switzerland 365 to 470
        pytest.param(["fra", "deu"], 745, 1070, 380 + 220 + 365 + 105, id="two"),
        # Belgium 590 to all, Switzerland 365 to all: the sum counts people twice
        pytest.param(["nld", "fra", "deu", "eng"], 590 + 365, 1500, 550 + 380 + 220 + 590 + 365 + 105 + 225, id="all"),
        pytest.param(["Dutch", "nl", "nld", "nl-BE"], 550, 550, 550, id="one language by four names"),
    ],
)
def test_two_countries_by_hand(languages, low, high, simple):
    reach = people_reached(table(*TWO), languages)
    assert (reach.low, reach.high, reach.simple_sum) == pytest.approx((low, high, simple))
    assert (reach.population, reach.countries) == (1500, 2)
    assert (reach.low_share, reach.high_share) == pytest.approx((low / 1500, high / 1500))


def test_codes_of_one_language_stay_below_the_population():
    hong_kong = table(("HK", "zho", "zh-Hant", 100, 0.95), ("HK", "zho", "zh", 100, 0.5), ("HK", "eng", "en", 100, 0.5))
    reach = people_reached(hong_kong, ["zho"])
    assert (reach.low, reach.high, reach.simple_sum) == (95, 100, 100)
    both = people_reached(hong_kong, ["zho", "eng"])
    assert (both.low, both.high, both.simple_sum) == (95, 100, 150)


def test_a_language_counts_under_the_code_that_cldr_writes(connection):
    reach = people_reached(connection, ["Mandarin Chinese", "Swahili", "Tagalog", "yue", "tlh"])
    counted = {one.language: one.counted_as for one in reach.languages}
    assert counted == {"cmn": "zho", "swh": "swa", "tgl": "fil", "yue": "yue", "tlh": None}
    assert next(one for one in reach.languages if one.language == "tlh").high == 0
    once, twice = people_reached(connection, ["zho"]), people_reached(connection, ["zho", "cmn"])
    assert (once.low, once.high, once.simple_sum) == (twice.low, twice.high, twice.simple_sum)


def test_people_without_a_stated_language_are_counted_as_not_reached():
    reach = people_reached(table(*TWO, ("AQ", "und", "und", 500, 1.0)), CODES[:4])
    assert (reach.population, reach.unstated_share, reach.countries_reached) == (2000, 0.25, 2)
    assert reach.high == 1500
    assert [one.place for one in reach.places if not one.stated] == ["AQ"]


def test_what_else_would_help_by_hand():
    gains = people_reached(table(*TWO), ["fra"]).gains
    # German: Switzerland 73 - 21 = 52% of 500; English: 21% of 1,000 and 24% of 500; Dutch: 17% of 1,000
    assert [(one.language, pytest.approx(one.low)) for one in gains] == [("eng", 330), ("deu", 260), ("nld", 170)]


@pytest.mark.parametrize("word", ["klingonese", "xx", "Python", "und", "", "eng,fra", "e" * 200])
def test_what_is_no_language_is_named(word):
    with pytest.raises(BadInput, match="is no language") as told:
        people_reached(table(*TWO), ["eng", word])
    assert word[:40] in told.value.what


def test_an_empty_table_says_what_to_do():
    with pytest.raises(NotFound, match="who speaks what"):
        people_reached(table(), ["eng"])


rows_of = st.dictionaries(
    st.tuples(st.sampled_from(["BE", "CH", "HK"]), st.sampled_from([*CODES, "und"]), st.sampled_from(["a", "b"])),
    st.floats(0, 1), min_size=1, max_size=12,
).map(lambda found: [
    (country, code, f"{code}-{script}", {"BE": 1000, "CH": 7, "HK": 300}[country], share)
    for (country, code, script), share in found.items()
])  # fmt: skip
lists = st.lists(st.sampled_from(CODES), max_size=6)


@given(rows_of, lists, st.sampled_from(CODES))
def test_laws(rows, languages, more):
    catalogue = table(*rows)
    reach = people_reached(catalogue, languages)
    slack = 1e-9 * reach.population
    assert 0 <= reach.low <= reach.high + slack
    assert reach.high <= min(reach.population, reach.simple_sum) + slack
    wider = people_reached(catalogue, [*languages, more])
    assert wider.low >= reach.low - slack
    assert wider.high >= reach.high - slack
    whole = people_reached(catalogue, CODES)
    assert whole.low >= wider.low - slack
    assert whole.high >= wider.high - slack
    for place in (*reach.places, *reach.regions):
        assert -slack <= place.low <= place.high + slack <= place.population + 2 * slack
    assert sum(place.low for place in reach.regions) == pytest.approx(reach.low)
    assert sum(place.high for place in reach.places) == pytest.approx(reach.high)
    gains = {one.language: one.low for one in reach.gains}
    assert wider.low - reach.low == pytest.approx(gains.get(more, 0.0), abs=slack)


@given(rows_of, lists)
def test_any_people_who_speak_as_stated_lie_between_the_bounds(rows, languages):
    """Build people: each row's speakers are a run of the country's line, set down anywhere; count who is reached."""
    catalogue = table(*rows)
    reach = people_reached(catalogue, languages)
    reached = 0.0
    for country, population in {(row[0], row[3]) for row in rows}:
        ends = []
        for at, (place, code, _, _, share) in enumerate(rows):
            if place == country and code in languages:
                start = (1 - share) * (at % 3) / 2
                ends.append((start, start + share))
        covered, upto = 0.0, 0.0
        for start, end in sorted(ends):
            covered += max(0.0, end - max(start, upto))
            upto = max(upto, end)
        reached += covered * population
    assert reach.low - 1e-6 <= reached <= reach.high + 1e-6


def test_all_languages_reach_most(connection):
    known = spoken_languages(connection)
    assert not set(known) & set(NO_LANGUAGE)
    assert list(known)[:3] == ["eng", "zho", "hin"]
    reach = people_reached(connection, list(known))
    assert reach.high_share <= 1
    # where the stated shares add up to less than everybody, even all languages leave people out
    assert 0.7 < reach.low_share < 0.95 < reach.high_share < 1
    assert reach.gains == ()
    # English alone: 1.7 thousand million users, second-language users among them
    english = people_reached(connection, ["eng"])
    assert 1.6e9 < english.low == english.high < 1.8e9
