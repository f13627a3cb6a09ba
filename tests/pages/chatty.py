"""A small bot on python-telegram-bot that talks as an office does, for looking at the page.

It keeps nothing and judges nothing: a press gets its toast and changes the message, a file
and a text are told back.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import (
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

TOKEN = "42:page"
Bot = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE

ASSIGNMENT = """【交办】云政办〔2026〕18号
市教育局：牵头3项、配合1项
#2 校园食堂排查整治 <b>9-18</b>
#5 校车安全检查 <b>9-25</b>
#9 课后服务全覆盖 长期
请于9月8日（周二）18:00前签收；
不属本单位职责的，5个工作日内提出。
严禁传输涉密、内部信息。

市政府督查室 <code>0777-5550123</code>"""

DIGEST = """【待办提醒】9月24日上午 3项
🔴 #2 超期2个工作日，请报完成时间
🟡 #5 9月25日到期
🟢 #9 请于25日前反馈本月进展
可直接回复：5号已检完，9号按计划
<i>已反馈事项不再提醒。</i>"""


def keyboard(*rows: str) -> InlineKeyboardMarkup:
    """Buttons by rows of `label[:style]`, set apart by spaces; the label is the data."""
    return InlineKeyboardMarkup([[_button(word) for word in row.split()] for row in rows])


def _button(word: str) -> InlineKeyboardButton:
    label, _, style = word.partition(":")
    extra = {"style": style} if style else {}
    return InlineKeyboardButton(label, callback_data=label, api_kwargs=extra)


ASSIGNED = keyboard("全部签收:primary 逐项查看")
REMINDED = keyboard("2 5 9", "按计划推进:success 下午提醒", "申请办结:primary 不属本单位:danger")


async def _start(update: Update, context: Context) -> None:
    await _heard(update).reply_html(ASSIGNMENT, reply_markup=ASSIGNED)


async def _remind(update: Update, context: Context) -> None:
    await _heard(update).reply_html(DIGEST, reply_markup=REMINDED)


async def _ask(update: Update, context: Context) -> None:
    wanted = ForceReply(input_field_placeholder="进展，如：已完成60%")
    await _heard(update).reply_html("#5 请说明进展情况。", reply_markup=wanted)


async def _offer(update: Update, context: Context) -> None:
    await _heard(update).reply_text(
        "请选择：", reply_markup=ReplyKeyboardMarkup([["我的任务", "汇总"], ["超期"]])
    )


async def _pressed(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query is not None
    if query.data == "不属本单位":
        await query.answer("请先说明不属本单位的理由。", show_alert=True)
        return
    await query.answer(f"已记录：{query.data}")
    if query.data == "全部签收":
        text = f"{ASSIGNMENT}\n\n<b>已签收 09:02</b>"
        await query.edit_message_text(text, "HTML", reply_markup=keyboard("逐项查看"))


async def _told(update: Update, context: Context) -> None:
    message = _heard(update)
    about = "已记入反馈"
    if quoted := message.reply_to_message:
        about += f"（{(quoted.text or '')[:6]}）"
    if message.document:
        file = await message.document.get_file()
        content = bytes(await file.download_as_bytearray())
        size = f"收到{len(content)}字节"
        await message.reply_document(content, filename="回执.txt", caption=size)
        return
    await message.reply_text(f"{about}：{message.text or '照片'}")


def _heard(update: Update) -> Message:
    assert update.effective_message is not None
    return update.effective_message


@asynccontextmanager
async def talking(url: str) -> AsyncIterator[Bot]:
    """The bot, polling the sandbox at `url`."""
    app = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{url}/bot")
        .base_file_url(f"{url}/file/bot")
        .build()
    )
    app.add_handler(CommandHandler("start", _start))
    app.add_handler(CommandHandler("remind", _remind))
    app.add_handler(CommandHandler("ask", _ask))
    app.add_handler(CommandHandler("offer", _offer))
    app.add_handler(CallbackQueryHandler(_pressed))
    app.add_handler(MessageHandler(filters.ALL & ~filters.StatusUpdate.ALL, _told))
    async with app:
        assert app.updater is not None
        commands = [("my", "我的任务"), ("summary", "落实情况"), ("help", "使用说明")]
        await app.bot.set_my_commands([BotCommand(*pair) for pair in commands])
        await app.updater.start_polling(poll_interval=0, timeout=5)
        await app.start()
        yield app
        await app.updater.stop()
        await app.stop()
