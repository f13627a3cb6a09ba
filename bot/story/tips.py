"""What a stranger may try by hand in the demo: whose phone, and what to do there."""

from collections.abc import Mapping

from bot.story.cast import (
    CITY,
    COORDINATOR,
    EDUCATION,
    EMERGENCY,
    LEADER,
    TRANSPORT,
    TRANSPORT_HEAD,
    WELFARE,
)

TIPS: tuple[Mapping[str, str], ...] = (
    {
        "person": EDUCATION,
        "zh": "点〔全部签收〕，再写：4号已完成60%，预计下周五前报送，经费未到位。"
        "核对后点〔无误〕；也可发照片，或改已发的消息。",
        "en": "Tap 全部签收, then write: 4号已完成60%，预计下周五前报送，经费未到位. "
        "Tap 无误 if it was read well; send a photo, or edit what you sent.",
    },
    {
        "person": TRANSPORT,
        "zh": "打开〔7〕，点〔申请延期〕，选日期和原因，不必打字；办完的点〔申请办结〕。",
        "en": "Open 7, tap 申请延期 and choose a day and a reason without typing; "
        "what is finished: 申请办结.",
    },
    {
        "person": TRANSPORT_HEAD,
        "zh": "联络员申请延期或办结后，在此〔审签〕；打开任务，〔更多〕中可〔指定专人〕。",
        "en": "Sign here (审签) what the contact asked for; under 更多 put one contact in charge.",
    },
    {
        "person": WELFARE,
        "zh": "打开〔16〕，点〔不属本单位〕；督查员即收到，可〔转办〕或〔不予改办〕。",
        "en": "Open 16 and tap 不属本单位; the coordinator hears it at once and reassigns.",
    },
    {
        "person": EMERGENCY,
        "zh": "打开〔7〕，配合单位点〔无补充〕，或写一句；牵头的陈立群即可〔汇总〕。",
        "en": "Open 7: who cooperates taps 无补充 or writes a line; the lead (陈立群) taps 汇总.",
    },
    {
        "person": CITY,
        "zh": "在“城管局督办群”中点〔11〕，再点该消息回复：已完成50%。",
        "en": "In the group's tab open 11, tap that message and reply: 已完成50%.",
    },
    {
        "person": EDUCATION,
        "zh": "发 /away 9月18日，选何平代办，再点上方〔下一提醒〕。",
        "en": "Write /away 9月18日, choose 何平 as deputy, then press Next reminder above.",
    },
    {
        "person": COORDINATOR,
        "zh": "发 /queue 看待处理，汇总 看全局，/who 看谁未反馈；发来通知文件即读成拟稿；"
        "打开任务，〔更多〕中可暂停计时、代记电话答复。",
        "en": "/queue: what waits; 汇总: the whole picture; /who: who is silent. Send a notice "
        "file to read it; under 更多 pause a task or write down a telephone answer.",
    },
    {
        "person": LEADER,
        "zh": "发 汇总 或 超期，每个数字都可点开。",
        "en": "Write 汇总 or 超期; every number opens.",
    },
)
