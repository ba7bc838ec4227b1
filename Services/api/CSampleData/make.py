#!/usr/bin/env python3
"""Makes the files of a repository's sample data: the same ones each time. Needs pyarrow; run it after a change, and commit what it writes.

The lakes are real and their figures rounded. The measurements are made up: a yearly curve for each lake, with weather on it.
"""

import csv
import datetime
import json
import math
import pathlib
import random
import shutil
import struct
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).resolve().parent
FILES = HERE / "files"
YEAR = 2025
TYPES = {".md": "text/markdown", ".csv": "text/csv", ".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml",
         ".parquet": "application/vnd.apache.parquet"}

# Name, country, latitude, longitude, area in km², greatest depth in m, elevation in m.
LAKES = [
    ("Baikal", "Russia", 53.5, 108.2, 31_722, 1_642, 456), ("Tanganyika", "Tanzania", -6.1, 29.5, 32_900, 1_470, 773),
    ("Superior", "United States", 47.7, -87.5, 82_103, 406, 183), ("Victoria", "Uganda", -1.0, 33.0, 68_870, 81, 1_135),
    ("Huron", "Canada", 44.8, -82.4, 59_590, 229, 176), ("Michigan", "United States", 44.0, -87.0, 58_030, 281, 176),
    ("Malawi", "Malawi", -12.2, 34.4, 29_600, 706, 468), ("Great Bear Lake", "Canada", 66.0, -121.0, 31_153, 446, 156),
    ("Great Slave Lake", "Canada", 61.7, -114.0, 27_200, 614, 156), ("Erie", "United States", 42.2, -81.2, 25_667, 64, 174),
    ("Winnipeg", "Canada", 52.1, -97.3, 24_514, 36, 217), ("Ontario", "Canada", 43.7, -77.9, 19_009, 244, 74),
    ("Ladoga", "Russia", 60.8, 31.5, 17_700, 230, 5), ("Onega", "Russia", 61.7, 35.7, 9_700, 127, 33),
    ("Titicaca", "Peru", -15.8, -69.4, 8_372, 281, 3_812), ("Turkana", "Kenya", 3.6, 36.1, 6_405, 109, 360),
    ("Vänern", "Sweden", 58.9, 13.3, 5_650, 106, 44), ("Issyk-Kul", "Kyrgyzstan", 42.4, 77.2, 6_236, 668, 1_607),
    ("Van", "Türkiye", 38.6, 42.9, 3_755, 451, 1_640), ("Vättern", "Sweden", 58.4, 14.6, 1_893, 128, 88),
    ("Saimaa", "Finland", 61.2, 28.2, 4_279, 82, 76), ("Balaton", "Hungary", 46.8, 17.7, 592, 12, 105),
    ("Geneva", "Switzerland", 46.4, 6.5, 580, 310, 372), ("Constance", "Germany", 47.6, 9.4, 536, 251, 395),
    ("Garda", "Italy", 45.6, 10.7, 370, 346, 65), ("Maggiore", "Italy", 46.1, 8.7, 212, 372, 193),
    ("Como", "Italy", 46.0, 9.3, 146, 425, 198), ("Neuchâtel", "Switzerland", 46.9, 6.9, 218, 152, 429),
    ("Ohrid", "North Macedonia", 41.0, 20.7, 358, 288, 693), ("Prespa", "Albania", 40.9, 21.0, 273, 54, 849),
    ("Loch Ness", "United Kingdom", 57.3, -4.5, 56, 230, 16), ("Windermere", "United Kingdom", 54.4, -2.9, 15, 64, 39),
    ("Lough Neagh", "United Kingdom", 54.6, -6.4, 392, 25, 12), ("Biwa", "Japan", 35.3, 136.1, 670, 104, 85),
    ("Qinghai", "China", 36.9, 100.1, 4_340, 33, 3_260), ("Taupo", "New Zealand", -38.8, 175.9, 616, 186, 356),
    ("Tahoe", "United States", 39.1, -120.0, 496, 501, 1_897), ("Crater Lake", "United States", 42.9, -122.1, 53, 594, 1_883),
    ("Nicaragua", "Nicaragua", 11.6, -85.4, 8_264, 26, 32), ("Atitlán", "Guatemala", 14.7, -91.2, 130, 340, 1_562),
]
PICTURES = ["Baikal", "Titicaca", "Tahoe", "Constance", "Malawi", "Loch Ness"]


def write_table(path, table):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def lakes():
    names = ("name", "country", "latitude", "longitude", "area_km2", "max_depth_m", "elevation_m")
    return pa.table({name: [lake[at] for lake in LAKES] for at, name in enumerate(names)})


def measurements(chance):
    """A row for each lake and day: temperature near the surface in °C, level above its mean in cm, oxygen in mg/l."""
    rows = []
    first = datetime.date(YEAR, 1, 1)
    for name, _, latitude, _, area, depth, elevation in LAKES:
        mean = 27 - 0.36 * abs(latitude) - elevation / 300
        swing = min(13, abs(latitude) / 4) * (1 if latitude > 0 else -1)
        # A deep lake follows the year late.
        lag = 20 + min(60, depth / 12)
        weather = level = 0.0
        for number in range(365):
            weather = 0.9 * weather + chance.gauss(0, 0.5)
            level = 0.985 * level + chance.gauss(0, 1.4)
            warmth = mean + swing * math.sin(2 * math.pi * (number - 81 - lag) / 365) + weather
            warmth = max(0.0, warmth)
            rows.append({
                "lake": name, "day": first + datetime.timedelta(days=number), "temperature_c": round(warmth, 1),
                "level_cm": round(level + 12 * math.sin(2 * math.pi * (number - 120) / 365), 1),
                "oxygen_mg_l": round(14.6 - 0.39 * warmth + 0.0055 * warmth ** 2 + chance.gauss(0, 0.1), 2)})
    return rows


def write_measurements(rows):
    schema = pa.schema([("lake", pa.string()), ("day", pa.date32()), ("temperature_c", pa.float32()),
                        ("level_cm", pa.float32()), ("oxygen_mg_l", pa.float32())])
    for month in range(1, 13):
        part = [row for row in rows if row["day"].month == month]
        write_table(FILES / f"measurements/year={YEAR}/month={month:02}/part-0.parquet", pa.Table.from_pylist(part, schema))


def write_stations(chance):
    with open(FILES / "data/stations.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["station", "lake", "latitude", "longitude", "since", "instrument"])
        for name, _, latitude, longitude, area, *_ in LAKES:
            for number in range(1, 2 + min(5, int(math.log10(area)))):
                code = "".join(letter for letter in name.upper() if letter.isascii() and letter.isalpha())[:4]
                writer.writerow([
                    f"{code}-{number}", name, round(latitude + chance.uniform(-0.2, 0.2), 3),
                    round(longitude + chance.uniform(-0.2, 0.2), 3), chance.randint(1961, 2020),
                    chance.choice(["buoy", "float", "profiler", "shore"])])


def write_events(rows):
    """The warmest and the coldest day of each lake, a JSON object a line."""
    with open(FILES / "data/extremes.json", "w") as file:
        for name, *_ in LAKES:
            own = [row for row in rows if row["lake"] == name]
            for kind, row in (("warmest", max(own, key=lambda row: row["temperature_c"])),
                              ("coldest", min(own, key=lambda row: row["temperature_c"]))):
                json.dump({"lake": name, "kind": kind, "day": str(row["day"]), "temperature_c": row["temperature_c"]},
                          file, ensure_ascii=False)
                file.write("\n")


def write_map():
    """Every lake on a map, its circle as large as the lake."""
    circles = "\n".join(
        f'<circle cx="{(longitude + 180) * 2:.1f}" cy="{(90 - latitude) * 2:.1f}" r="{2 + math.sqrt(area) / 22:.1f}">'
        f"<title>{name}, {area:,} km²</title></circle>" for name, _, latitude, longitude, area, *_ in LAKES)
    grid = "".join(f'<path d="M{at * 60} 0V360"/>' for at in range(13)) + "".join(f'<path d="M0 {at * 60}H720"/>' for at in range(7))
    (FILES / "images/map.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 360" font-family="sans-serif">\n'
        '<rect width="720" height="360" fill="#eef4f7"/>\n'
        f'<g stroke="#cfdde4" stroke-width=".5">{grid}</g>\n<g fill="#1f77b4" fill-opacity=".7">\n{circles}\n</g>\n</svg>\n')


def write_chart(rows):
    """Temperatures of four lakes through the year."""
    lines = []
    for name, colour in (("Victoria", "#d62728"), ("Garda", "#ff7f0e"), ("Baikal", "#1f77b4"), ("Taupo", "#2ca02c")):
        points = [f"{40 + number * 1.8:.0f},{330 - row['temperature_c'] * 9:.0f}"
                  for number, row in enumerate(row for row in rows if row["lake"] == name) if number % 3 == 0]
        lines.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(points)}"/>'
                     f'<text x="{705}" y="{float(points[-1].split(",")[1]) + 4}" fill="{colour}">{name}</text>')
    ticks = "".join(f'<text x="6" y="{334 - degrees * 9}">{degrees} °C</text>' for degrees in (0, 10, 20, 30))
    (FILES / "images/temperature.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 360" font-family="sans-serif" font-size="12">\n'
        '<rect width="780" height="360" fill="#fff"/>\n' + ticks + "\n" + "\n".join(lines) + "\n</svg>\n")


def picture(chance, width, height):
    """A made-up chart of depths: rows of RGB bytes."""
    hills = [(chance.uniform(0.2, 0.8), chance.uniform(0.3, 0.7), chance.uniform(0.05, 0.2)) for _ in range(6)]
    rows = []
    for y in range(height):
        row = bytearray()
        for x in range(width):
            depth = sum(math.exp(-((x / width - left) ** 2 + (y / height - top) ** 2) / size ** 2) for left, top, size in hills)
            # Steps, as a printed chart has them.
            depth = min(1.0, math.floor(depth * 8) / 10)
            row += bytes((232, 224, 196)) if depth < 0.15 else bytes(
                (int(190 * (1 - depth)), int(225 - 130 * depth), int(240 - 70 * depth)))
        rows.append(bytes(row))
    return rows


def write_png(path, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    width, height = len(rows[0]) // 3, len(rows)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9)) + chunk(b"IEND", b""))


def write_embedding():
    """The list that the compiler embeds, in the order of the paths."""
    names = sorted((path.relative_to(FILES).as_posix() for path in FILES.rglob("*") if path.is_file()), key=str.encode)
    arrays = "\n".join(f'static const unsigned char file_{at}[] = {{\n#embed "files/{name}"\n}};' for at, name in enumerate(names))
    rows = "\n".join(
        f'    {{"{name}", "{TYPES[pathlib.PurePosixPath(name).suffix]}", file_{at}, sizeof file_{at}}},'
        for at, name in enumerate(names))
    (HERE / "CSampleData.c").write_text(f'''// Written by make.py.
#include "CSampleData.h"
#include <stddef.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

{arrays}

static const struct sample_file files[] = {{
{rows}
}};

const struct sample_file *sample_file(size_t number) {{
    return number < sizeof files / sizeof *files ? &files[number] : NULL;
}}
''')


def main():
    shutil.rmtree(FILES, ignore_errors=True)
    for folder in ("data", "images"):
        (FILES / folder).mkdir(parents=True)
    chance = random.Random(YEAR)
    rows = measurements(chance)
    write_table(FILES / "lakes.parquet", lakes())
    write_measurements(rows)
    write_stations(chance)
    write_events(rows)
    write_map()
    write_chart(rows)
    for name in PICTURES:
        write_png(FILES / f"images/{name.lower().replace(' ', '-')}.png", picture(random.Random(name), 320, 200))
    shutil.copy(HERE / "README.in.md", FILES / "README.md")
    write_embedding()


main()
