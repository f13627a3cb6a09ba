"""Sentences that contacts type, what each is to be understood to say, and why.

One row per line: SENTENCE => READING [| READING ...] // REMARK. A reading is the task's
number or "-", the state or "-", then what else is said: 60% percent, @12-15 expected (of
2026, @2027-01-15 of another year), ~pace, !problem. "none" stands for no reading at all.
The sentences are said on Tuesday, 24 November 2026; "/n" is a line break.
"""

from typing import NamedTuple

TEXT = """
收到 => - signed // the plainest acknowledgement
已签收 => - signed // the word of the button
好的收到 => - signed // two acknowledgements in one
好的 => - signed // colloquial acknowledgement
OK => - signed // English in a Chinese chat, capitals
收悉，遵照办理 => - signed // official wording
全部签收 => - signed // for all of a notice
noted => - signed // English acknowledgement
Received, thank you. => - signed // thanks add nothing
Understood, will do. => - signed // a pledge adds nothing
ok will do, thanks => - signed // the same in one breath
王主任您好，收到 => - signed // a greeting before it
收到，我们尽快落实 => - signed // a pledge is no report
已知悉，将按要求认真办理 => - signed // official pledge
12号、20号已签收 => 12 signed | 20 signed // two tasks in a list
第12、20项已签收 => 12 signed | 20 signed // 第…项 over a list
收到12号任务 => 12 signed // the task behind the verb
签收12、20、31 => 12 signed | 20 signed | 31 signed // bare numbers behind 签收
#12 signed => 12 signed // English with hash
收到材料了吗？ => none // a question that begins like an acknowledgement
未收到文件 => - in_progress !未收到文件 // a negated acknowledgement signs nothing
12号任务收到，我局正抓紧研究 => 12 in_progress // more than an acknowledgement
谢谢！ => none // thanks
辛苦了 => none // courtesy
👍 => none // no words at all
hello => none // greeting
hi, how are you => none // small talk
今天天气不错 => none // small talk with a day in it
暂无困难 => none // denies a problem and reports nothing
请问12号的口径是什么 => none // question with a task number
材料发到哪个邮箱 => none // question without a question mark
12号什么时候截止？ => none // asks for the limit
12号能不能延期到月底？ => none // asks whether, does not ask for it
12号任务如果延期，需要走什么程序？ => none // condition and question
What is the deadline for #12? => none // English question
can we submit it next week? => none // a date in a question is no promise
The meeting is on Friday => none // a meeting is nobody's progress
12号已完成60%，还需要报纸质材料吗？ => 12 in_progress 60% // report and question in one
材料已发邮箱，请查收 => - - // courtesy note: a report with nulls
附件是我局的情况说明 => - - // material attached
详见附件 => - - // the shortest courtesy note
Please find attached the report. => - - // English courtesy note
12号材料已报送，请审阅 => 12 - // courtesy over two clauses
12号已完成60%，预计下周五前报送方案，经费尚未到位 => 12 in_progress 60% @12-04 !经费尚未到位 // percent, date and problem
1、已办结；2、正常推进50%；5号无变化 => 1 submitted | 2 in_progress 50% | 5 no_change // a numbered list of tasks
12、20按计划 => 12 no_change ~on_schedule | 20 no_change ~on_schedule // one predicate for two bare numbers
12和20按计划 => 12 no_change ~on_schedule | 20 no_change ~on_schedule // joined by 和
12、20号按计划 => 12 no_change ~on_schedule | 20 no_change ~on_schedule // 号 only at the end
12号和20号均已办结 => 12 submitted | 20 submitted // 均 is an adverb
12-15号任务按计划推进 => 12 no_change ~on_schedule | 13 no_change ~on_schedule | 14 no_change ~on_schedule | 15 no_change ~on_schedule // a span of tasks
按计划推进：12号、20号 => 12 no_change ~on_schedule | 20 no_change ~on_schedule // heading first, numbers after it
12号完成初稿，20号按计划 => 12 in_progress | 20 no_change ~on_schedule // a step is no finish
12办结，20延期到月底，31无变化 => 12 submitted | 20 extension @11-30 | 31 no_change // bare numbers over commas
12号办完了 20号没变化 31号预计月底 => 12 submitted | 20 no_change | 31 in_progress @11-30 // spaces instead of commas
12. 已完成60%/n20. 按计划推进 => 12 in_progress 60% | 20 no_change ~on_schedule // one task per line
12：已办结 => 12 submitted // colon
12 已办结 => 12 submitted // space
12已办结 => 12 submitted // nothing between
12-已完成 => 12 submitted // hyphen
12）已完成一半 => 12 in_progress 50% // bracket
12 60% => 12 in_progress 60% // number and percent
12号60% => 12 in_progress 60% // percent right behind 号
任务12：已完成80% => 12 in_progress 80% // 任务 before the number
事项12 已办结 => 12 submitted // 事项 before the number
十二号任务已办结 => 12 submitted // Chinese numeral
第12项过半 => 12 in_progress 50% // 第…项
申请办结12号 => 12 submitted // the task behind the request
１２号，进度６０％，预计１２月１５日前完成。 => 12 in_progress 60% @12-15 // full-width digits
关于12号任务，目前已完成征求意见，正在修改完善，预计12月中旬印发 => 12 in_progress @12-20 // formal opening
我局牵头的第8项工作：方案已印发，进入实施阶段，完成约40% => 8 in_progress 40% // long lead-in
8号任务进展：1、已完成初稿；2、正在征求意见；3、预计月底报送 => 8 in_progress @11-30 // points of one report are no tasks
进展情况如下：1、完成摸底；2、完成方案起草 => - in_progress // an outline under a heading
12号任务待20号任务完成后启动 => 12 in_progress !待20号任务完成后启动 // another task only mentioned
#12需等#20完成后启动 => 12 in_progress !需等#20完成后启动 // the same with hashes
12号和20号合并办理，正在起草 => 12 in_progress | 20 in_progress // a subject of two tasks
12号已办结，其余按计划推进 => 12 submitted | - no_change ~on_schedule // the rest is nobody sure
12號任務進展順利，預計下週完成 => 12 in_progress @12-04 // traditional characters
12号,已辦結 => 12 submitted // traditional, half-width comma
12号前报送 => - in_progress @12-12 // a day, not a task
20号前报送 => - in_progress @12-20 // this month's 20th is over
25号报送方案 => - in_progress @11-25 // unsure, so no task
预计12号完成 => - in_progress @12-12 // a day behind 预计
12月12号完成 => - in_progress @12-12 // a day behind a month
12号预计完成 => 12 in_progress // a task before 预计
12号下午开会 => none // a day with an appointment
12家企业已完成改造 => - in_progress // a count, not a task
粤府办〔2012〕67号文件已转发各单位 => - in_progress // number of a document
第67号文已转发 => - in_progress // number of a document
12号楼已完工 => - in_progress // a building
2号机组已并网 => - in_progress // a machine
已办结 => - submitted // whole, no number
已全部完成 => - submitted // whole, no number
完成了 => - submitted // colloquial
搞定了 => - submitted // colloquial
弄完了 => - submitted // colloquial
已100%完成 => - submitted 100% // whole with percent
各项任务已全部完成 => - submitted // whole by its subject
已完成全部整改任务 => - submitted // whole by its object
12号任务已提前完成，申请办结 => 12 submitted ~ahead // finish, pace and request
拟申请办结 => - submitted // a polite request
下周申请办结 => - in_progress @12-04 // will ask, does not ask yet
初稿已完成 => - in_progress // a finished step by its subject
已完成初稿 => - in_progress // a finished step by its object
方案编制工作，目前已完成 => - in_progress // subject in the clause before
前期工作已全部完成 => - in_progress // all of a part
一期工程已完成 => - in_progress // a phase
尚未完成 => - in_progress // negated
基本完成 => - in_progress // nearly
快完成了 => - in_progress // nearly, colloquial
不是没完成，是还没验收 => - in_progress // two negations are not trusted
还差验收 => - in_progress // one step is missing
七成 => - in_progress 70% // tenths
六成五 => - in_progress 65% // tenths and a half
五成左右 => - in_progress 50% // about
三分之二 => - in_progress 67% // fraction rounded
百分之六十五 => - in_progress 65% // in characters
接近90% => - in_progress 90% // about
还剩40%没做完 => - in_progress 60% // what is left
尚未启动 => - in_progress 0% // not started
目前进度过半，争取年底前全部完成 => - in_progress 50% @12-31 // more than half
100户中已完成35户 => - in_progress 35% // share of a count
整改问题12个，已完成9个 => - in_progress 75% // share of a count over two clauses
35 of 100 households finished => - in_progress 35% // the contract's own case
12 of 30 done => - in_progress 40% // a fraction, not task 12
12/30 done => - in_progress 40% // a fraction, neither tasks nor a date
进度由40%提升到60% => - in_progress 60% // from x to y
从40%提高到60% => - in_progress 60% // from x to y without a subject
12号，40%→60% => 12 in_progress 60% // an arrow
上月50%，本月65% => - in_progress 65% // last month's is over
计划月底完成80%，目前完成55% => - in_progress 55% @11-30 // plan and fact
总体进度60%，其中平台建设80% => - in_progress 60% // the whole before a part
已完成投资1.2亿元，占年度计划的60% => - in_progress 60% // share of the year's plan
同比增长12% => none // growth is no progress
全年产值同比增长12%，12号任务完成80% => 12 in_progress 80% // growth beside progress
截至11月24日完成70% => - in_progress 70% // the day of the count is not due
12.15前完成 => - in_progress @12-15 // dot
12-15前完成 => - in_progress @12-15 // hyphen
12/15前报送 => - in_progress @12-15 // slash
12月15日前，报送方案 => - in_progress @12-15 // the product a clause later
十二月十五日前完成 => - in_progress @12-15 // Chinese numerals
二〇二六年十二月三十一日前 => - in_progress @12-31 // official numerals
2027.1.15前完成 => - in_progress @2027-01-15 // year given
1月15日前完成 => - in_progress @2027-01-15 // the year rolls over
下月中旬印发 => - in_progress @12-20 // second ten days
12月上旬出台 => - in_progress @12-10 // first ten days
12月中下旬出台 => - in_progress @12-31 // the later end
本周五前报送 => - in_progress @11-27 // this week
下周一提交 => - in_progress @11-30 // next week
明天报送 => - in_progress @11-25 // tomorrow
大后天交 => - in_progress @11-27 // in three days
三个工作日内反馈 => - in_progress @11-27 // working days
10天内完成 => - in_progress @12-04 // days
两周内完成 => - in_progress @12-08 // weeks
一个月内完成 => - in_progress @12-24 // a month
半个月内完成 => - in_progress @12-09 // half a month
年底前完成 => - in_progress @12-31 // end of year
明年3月底前完成 => - in_progress @2027-03-31 // next year
明年一季度完成 => - in_progress @2027-03-31 // quarter
12月份完成 => - in_progress @12-31 // a month ends on its last day
本季度末完成 => - in_progress @12-31 // this quarter
下周 => - in_progress @12-04 // answer to "when", nothing else
月底前 => - in_progress @11-30 // answer to "when", nothing else
12月10日至15日完成 => - in_progress @12-15 // of a span the end
12月10-15日 => - in_progress @12-15 // of a span the end
预计12月初完成初稿，12月20日前正式印发 => - in_progress @12-20 // the last product
下周三召开专家评审会 => - in_progress // a meeting is not due
下周三召开评审会，12月15日前印发 => - in_progress @12-15 // meeting and product
已于11月20日召开推进会 => - in_progress // past
11月20日已报送初稿 => - in_progress // past
9月20日召开了动员会 => - in_progress // not rolled into next year
12号延期到1月15日 => 12 extension @2027-01-15 // task and new date
申请延期到12月底，因招标流标 => - extension @12-31 !招标流标 // reason
申请延期至明年1月底，待上级批复 => - extension @2027-01-31 !待上级批复 // waiting
恳请延期一个月 => - extension @12-24 // a length of time
建议延期到12月底 => - extension @12-31 // proposed
原定10月底完成，现推迟到12月底 => - extension @12-31 // old and new date
从12月10日推迟到12月20日完成 => - extension @12-20 // from x to y
不延期，月底完成 => - in_progress @11-30 // negated
延期已获批准 => - in_progress // already granted
不属于我单位职责，建议改由财政局办理 => - declined // the contract's own case
12号不是我们牵头的，应由发改委负责 => 12 declined // colloquial
此项工作与我局职责无关 => - declined // formal
申请改办 => - declined // the official word
我单位只是配合，建议由省财政厅牵头 => - declined // proposes another lead
请转办给发改委 => - declined // short
无变化 => - no_change // the plainest
没有问题，正常推进 => - no_change // denies a problem
12号：无问题，按序时推进 => 12 no_change ~on_schedule // denies a problem
按序时推进 => - no_change ~on_schedule // schedule
提前完成 => - submitted ~ahead // whole, early
12号提前10天完成 => 12 submitted ~ahead // the lead is not a date
12号可提前完成 => 12 in_progress ~ahead // can, has not
能按期完成 => - in_progress ~on_schedule // can, has not
比序时进度快10个百分点 => - in_progress ~ahead // points are no percent done
略低于序时进度 => - in_progress ~behind // below schedule
未滞后 => - in_progress ~on_schedule // negated delay
进度滞后，主要是人手不足 => - in_progress ~behind !人手不足 // delay with reason
12号进度有点慢，主要是人不够 => 12 in_progress ~behind !人不够 // colloquial
15号超期原因：配合单位未回复，预计12月10日前完成 => 15 in_progress @12-10 ~behind !超期原因：配合单位未回复 // asked by the bot
12号因系统故障，数据报不上来，请协调 => 12 in_progress !系统故障；数据报不上来；请协调 // three statements
存在问题：1、经费不足；2、人手紧张 => - in_progress !经费不足；人手紧张 // a numbered list of problems
等省厅批复 => - in_progress !等省厅批复 // waiting
待市政府常务会审议 => - in_progress !待市政府常务会审议 // waiting for a meeting
卡在土地审批环节 => - in_progress !卡在土地审批环节 // stuck
#12 60% done, expected by next Friday; waiting for funding => 12 in_progress 60% @12-04 !waiting for funding // the contract's own case
#12 and #20 on track => 12 no_change ~on_schedule | 20 no_change ~on_schedule // one predicate for two
Tasks 12 and 20 are done => 12 submitted | 20 submitted // plural
Task 12 is done and task 20 is at 50% => 12 submitted | 20 in_progress 50% // two clauses
#12 draft is done => 12 in_progress // a step
#12 not finished yet => 12 in_progress // negated
#12 almost done => 12 in_progress // nearly
#12 has not started => 12 in_progress 0% // not started
halfway on #12 => 12 in_progress 50% // the number comes last
#12 three quarters done => 12 in_progress 75% // fraction in words
#12 sixty percent complete => 12 in_progress 60% // number in words
#12 60 percent, ETA 12/15 => 12 in_progress 60% @12-15 // slash date behind ETA
#12 two thirds complete, draft to be submitted by mid December => 12 in_progress 67% @12-20 // product to come
#12 is behind schedule because of staff shortage => 12 in_progress ~behind !staff shortage // reason
#12 ahead of schedule => 12 in_progress ~ahead // pace alone
#12 not delayed => 12 in_progress ~on_schedule // negated delay
can't finish #12 on time => 12 in_progress ~behind !can't finish #12 on time // negated schedule
#12 delayed to 20 December => 12 in_progress @12-20 ~behind // states a delay, asks for nothing
no change => - no_change // English
#20: nothing new => 20 no_change // English
12 done => 12 submitted // bare number, English
12: done => 12 submitted // bare number with colon
12 companies done => - in_progress // a count
We have finished task 12 => 12 submitted // the task as the object
Completed the draft for #12 => 12 in_progress // a step of the task
#12 partially completed => 12 in_progress // partly
#12 will be done by Dec 15 => 12 in_progress @12-15 // to come
by end of December => - in_progress @12-31 // answer to "when"
mid-December => - in_progress @12-20 // as 中旬
in two weeks => - in_progress @12-08 // answer to "when"
#12 meeting with MOF next Tuesday, final report by 20 December => 12 in_progress @12-20 // meeting and product
#12 is not our responsibility, should be handled by the Finance Bureau => 12 declined // English
Request an extension for #12 until 15 January, the tender failed => 12 extension @2027-01-15 !the tender failed // English
"""  # noqa: E501


class Row(NamedTuple):
    """A sentence, what it is to be understood to say, and why it stands here."""

    sentence: str
    readings: tuple[str, ...]
    remark: str


def rows() -> list[Row]:
    found = []
    for line in TEXT.strip().splitlines():
        sentence, _, rest = line.partition(" => ")
        readings, _, remark = rest.partition(" // ")
        wanted = () if readings == "none" else tuple(readings.split(" | "))
        found.append(Row(sentence.replace("/n", "\n"), wanted, remark))
    return found
