"""How fast a notice is read: MB/s, the slope over its length, and beside a plain split."""

import math
import re
import time
from collections.abc import Callable

from tasks.reading import read_notice

SIZES = {"10 kB": 10_000, "100 kB": 100_000, "1 MB": 1_000_000}
OFFICES = ["教育", "财政", "民政", "交通", "应急", "水务", "文旅", "商务"]
STREETS = ["东湖", "西岭", "南塘", "北桥", "中和", "新城"]


def generated(size: int) -> str:
    """A notice of about so many bytes, in all forms, no sentence twice."""
    lines = ["云川市人民政府办公室关于城市管理的通知", "云府办〔2024〕7号", "各单位："]
    length = number = 0
    while length < size:
        number += 1
        first = OFFICES[number % 8]
        second = OFFICES[(number // 8) % 8]
        street = f"{STREETS[number % 6]}路{number}号"
        lines += [
            f"{number % 90 + 1}.整治{street}。逐户检查{street}，6月底前完成。"
            f"（市{first}局牵头，市{second}局配合）",
            f"市{first}局要维护{street}的设施。对{street}的积水点，要优先处理。",
            f"有关情况和{street}的数据，近年来已有明显改善，群众满意度稳步提高。",
        ]
        length += sum(len(line.encode()) for line in lines[-3:])
    lines += ["云川市人民政府办公室", "2024年3月15日"]
    return "\n".join(lines)


def seconds(work: Callable[[], object], runs: int) -> float:
    """The best of some runs: what the machine can do when it is left alone."""
    best = math.inf
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def measure() -> list[dict[str, object]]:
    """Rows for each size, then the slope of time over length (1 is linear)."""
    rows: list[dict[str, object]] = []
    points: list[tuple[float, float]] = []
    for label, size in SIZES.items():
        text = generated(size)
        megabytes = len(text.encode()) / 1_000_000
        runs = 1 if size >= 1_000_000 else 3
        split = seconds(lambda text=text: re.split("[。！？\n]", text), 5)  # type: ignore[misc]
        read = seconds(lambda text=text: read_notice(text), runs)  # type: ignore[misc]
        points.append((math.log(megabytes), math.log(read)))
        plain = f"splitting into sentences, {label}"
        rows.append({"name": plain, "value": round(megabytes / split, 2), "unit": "MB/s"})
        rows.append(
            {
                "name": f"reading a notice, {label}",
                "value": round(megabytes / read, 3),
                "unit": "MB/s",
                "ratio_to": plain,
                "ratio": round(split / read, 5),
            }
        )
    slope = (points[-1][1] - points[0][1]) / (points[-1][0] - points[0][0])
    rows.append(
        {
            "name": "reading a notice, seconds over length",
            "value": round(math.exp(points[-1][1]), 2),
            "unit": "s per MB",
            "exponent": round(slope, 3),
        }
    )
    return rows
