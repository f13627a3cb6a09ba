"""Owner marks: each form of （…） and 牵头单位：… with the roles it assigns."""

import pytest

from tasks.reading.names import is_class, is_organ, split_names
from tasks.reading.owners import read_labelled, read_mark, states_first_leads

# mark, lead, cooperating, joint (owners when neither is stated)
MARKS = [
    ("市教育局负责", ["市教育局"], [], []),
    ("由市教育局负责", ["市教育局"], [], []),
    ("市教育局牵头负责", ["市教育局"], [], []),
    ("市教育局、市财政局负责", [], [], ["市教育局", "市财政局"]),
    ("市教育局、市财政局按职责分工负责", [], [], ["市教育局", "市财政局"]),
    ("市教育局、市财政局分别负责", [], [], ["市教育局", "市财政局"]),
    ("市教育局牵头，市财政局、市民政局配合", ["市教育局"], ["市财政局", "市民政局"], []),
    ("市教育局牵头，市财政局按职责分工负责", ["市教育局"], ["市财政局"], []),
    ("市教育局、市财政局牵头，各区按职责分工负责", ["市教育局", "市财政局"], ["各区"], []),
    ("市教育局牵头；市财政局配合", ["市教育局"], ["市财政局"], []),
    ("市教育局会同市财政局负责", ["市教育局"], ["市财政局"], []),
    ("市教育局会同有关部门负责", ["市教育局"], ["有关部门"], []),
    ("市教育局、市民政局分别会同市财政局负责", ["市教育局", "市民政局"], ["市财政局"], []),
    ("市教育局负责，市财政局配合", ["市教育局"], ["市财政局"], []),
    ("市教育局、市财政局，各区政府按职责分工负责", [], [], ["市教育局", "市财政局", "各区政府"]),
    ("牵头单位：市教育局；配合单位：市财政局、市民政局",
     ["市教育局"], ["市财政局", "市民政局"], []),
    ("牵头单位：市教育局，配合单位：市财政局，各区、县级市",
     ["市教育局"], ["市财政局", "各区、县级市"], []),
    ("牵头单位：市教育局 配合单位：市财政局", ["市教育局"], ["市财政局"], []),
    ("责任单位：市教育局", ["市教育局"], [], []),
    ("责任单位：市教育局、市财政局", [], [], ["市教育局", "市财政局"]),
    ("责任单位：市教育局（牵头）、市财政局", ["市教育局"], ["市财政局"], []),
    ("牵头单位：市教育局；责任单位：市财政局", ["市教育局"], ["市财政局"], []),
    ("责任部门：教务处；完成时限：2024年6月底", ["教务处"], [], []),
    ("市教育局主办，市财政局协办", ["市教育局"], ["市财政局"], []),
    ("各县（市、区）人民政府负责", ["各县（市、区）人民政府"], [], []),
    ("各地区、各部门负责", [], [], ["各地区", "各部门"]),
    ("市教育局等有关部门负责", [], [], ["市教育局", "有关部门"]),
    ("市教育局等国务院相关部门及各地区按职责分工负责",
     [], [], ["市教育局", "国务院相关部门", "各地区"]),
    ("市教育局及各区按职责分工负责", [], [], ["市教育局", "各区"]),
    ("市教育局、市财政局", [], [], ["市教育局", "市财政局"]),
    ("市教育局牵头，2025年底前完成", ["市教育局"], [], []),
    ("市教育局牵头，市财政局等配合", ["市教育局"], ["市财政局"], []),
    ("市教育局牵头，市财政局、市民政局等部门参与", ["市教育局"], ["市财政局", "市民政局"], []),
    ("市教育局、市财政局及各县（市、区）政府按职责分工落实",
     [], [], ["市教育局", "市财政局", "各县（市、区）政府"]),
    ("市教育局组织实施", ["市教育局"], [], []),
    ("由市教育局牵头，会同市财政局负责", ["市教育局"], ["市财政局"], []),
    ("市教育局主要负责，市财政局配合", ["市教育局"], ["市财政局"], []),
    ("市教育局抓总，市财政局、各县〔市、区〕政府参加",
     ["市教育局"], ["市财政局", "各县〔市、区〕政府"], []),
    ("责任单位：市教育局；挂点同志：张某", ["市教育局"], [], []),
    ("牵头单位：市教育局；配合单位：各配合单位", ["市教育局"], ["各配合单位"], []),
    ("市住房和城乡建设局牵头，市文化和旅游局配合",
     ["市住房和城乡建设局"], ["市文化和旅游局"], []),
]  # fmt: skip

NO_MARKS = [
    "此件公开发布",
    "含技工院校",
    "试行",
    "以下简称领导小组",
    "负责人：张某某",
    "免税进口的设备按有关规定执行",
    "自由贸易试验区除外",
    "云府办〔2024〕3号",
    "GB 50180",
    "组长由分管副市长担任",
    "见附件1",
]


@pytest.mark.parametrize(("mark", "lead", "cooperating", "joint"), MARKS)
def test_roles_of_a_mark(
    mark: str, lead: list[str], cooperating: list[str], joint: list[str]
) -> None:
    read = read_mark(mark, first_leads=False)
    assert read is not None
    assert list(read.lead) == lead
    assert list(read.cooperating) == cooperating
    assert sorted(read.owners) == sorted(lead + cooperating or joint)


@pytest.mark.parametrize("words", NO_MARKS)
def test_other_brackets_are_no_marks(words: str) -> None:
    assert read_mark(words, first_leads=False) is None


def test_rule_of_the_first_listed() -> None:
    assert states_first_leads("（甲局、乙局负责，排在第一位的部门为牵头部门，下同）")
    assert states_first_leads("（甲局、乙局负责。列第一位者为牵头单位，下同）")
    assert not states_first_leads("坚持把安全放在第一位。牵头部门要抓好落实。")
    read = read_mark("市教育局、市财政局、有关部门负责", first_leads=True)
    assert read is not None
    assert read.lead == ("市教育局",)
    assert read.cooperating == ("市财政局", "有关部门")


def test_first_listed_names_no_class_as_lead() -> None:
    read = read_mark("各地区、各部门负责", first_leads=True)
    assert read is not None
    assert read.lead == ()


def test_the_rule_itself_is_no_owner() -> None:
    read = read_mark("甲局、乙局负责，排在第一位的部门为牵头部门，下同", first_leads=True)
    assert read is not None
    assert read.owners == ("甲局", "乙局")


def test_a_mark_keeps_its_time() -> None:
    read = read_mark("责任单位：市教育局；完成时限：2024年6月底", first_leads=False)
    assert read is not None
    assert read.time == "2024年6月底"


def test_lines_with_several_values() -> None:
    read = read_labelled(
        [("牵头单位", "市教育局"), ("责任单位", "东区、西区政府，高新区、新城区管委会")],
        first_leads=False,
    )
    assert read is not None
    assert read.lead == ("市教育局",)
    assert read.cooperating == ("东区政府", "西区政府", "高新区管委会", "新城区管委会")


def test_a_cell_may_speak_for_itself() -> None:
    read = read_labelled([("责任单位", "市教育局牵头，市财政局配合")], first_leads=False)
    assert read is not None
    assert (read.lead, read.cooperating) == (("市教育局",), ("市财政局",))


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("市教育局、市财政局", ["市教育局", "市财政局"]),
        ("经济和信息化、科技部门", ["经济和信息化部门", "科技部门"]),
        ("教育、公安等部门", ["教育部门", "公安部门"]),
        ("市教育局和市财政局", ["市教育局", "市财政局"]),
        ("文化和旅游局", ["文化和旅游局"]),
        ("后勤与基建处", ["后勤与基建处"]),
        ("各省、自治区、直辖市人民政府", ["各省、自治区、直辖市人民政府"]),
        ("各区、县级市", ["各区、县级市"]),
        ("各市（州）、县（市、区）", ["各市（州）、县（市、区）"]),
        ("各地区各有关部门", ["各地区", "各有关部门"]),
        ("各有关部门和单位", ["各有关部门和单位"]),
        ("各区、市教育局", ["各区", "市教育局"]),
    ],
)  # fmt: skip
def test_lists_of_names(phrase: str, names: list[str]) -> None:
    assert list(split_names(phrase)) == names


@pytest.mark.parametrize(
    "name",
    [
        "各地",
        "各地区",
        "各有关部门",
        "国务院相关部门",
        "地方各级人民政府",
        "各县（市、区）",
        "二级学院",
        "各学院",
        "省级部门",
        "市直有关单位",
        "各项目牵头单位",
        "当地政府",
    ],
)
def test_classes_of_organs(name: str) -> None:
    assert is_class(name)


@pytest.mark.parametrize("name", ["市教育局", "教育行政部门", "各区教育局", "人民银行", "团市委"])
def test_organs_are_no_classes(name: str) -> None:
    assert is_organ(name)
    assert not is_class(name)


@pytest.mark.parametrize("word", ["全体干部", "合理布局", "全社会", "部门", "负责同志", "幼儿园"])
def test_words_that_only_end_like_organs(word: str) -> None:
    assert not is_organ(word)
