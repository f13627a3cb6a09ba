"""PURE. The words that say who does what: labels, role verbs, modals, adverbs."""


def listed(words: str) -> tuple[str, ...]:
    """Words written one after another."""
    return tuple(words.split())


LEAD, COOPERATING, RESPONSIBLE, TIME, IGNORED = "lead", "cooperating", "responsible", "time", ""

LABELS: dict[str, str] = {
    "牵头责任单位": LEAD,
    "牵头单位": LEAD,
    "牵头部门": LEAD,
    "主办单位": LEAD,
    "主责单位": LEAD,
    "主责部门": LEAD,
    "主要责任单位": LEAD,
    "第一责任单位": LEAD,
    "牵头处室": LEAD,
    "牵头科室": LEAD,
    "主办部门": LEAD,
    "牵头": LEAD,
    "配合责任单位": COOPERATING,
    "配合单位": COOPERATING,
    "配合部门": COOPERATING,
    "协办单位": COOPERATING,
    "协办部门": COOPERATING,
    "协同单位": COOPERATING,
    "协助单位": COOPERATING,
    "协作单位": COOPERATING,
    "参与单位": COOPERATING,
    "参与部门": COOPERATING,
    "参加单位": COOPERATING,
    "会办单位": COOPERATING,
    "配合处室": COOPERATING,
    "配合": COOPERATING,
    "责任单位": RESPONSIBLE,
    "责任部门": RESPONSIBLE,
    "责任主体": RESPONSIBLE,
    "责任处室": RESPONSIBLE,
    "责任科室": RESPONSIBLE,
    "责任学院": RESPONSIBLE,
    "承办单位": RESPONSIBLE,
    "承办部门": RESPONSIBLE,
    "实施单位": RESPONSIBLE,
    "落实单位": RESPONSIBLE,
    "负责单位": RESPONSIBLE,
    "负责部门": RESPONSIBLE,
    "承担单位": RESPONSIBLE,
    "指导部门": RESPONSIBLE,
    "指导单位": RESPONSIBLE,
    "主管部门": RESPONSIBLE,
    "主管单位": RESPONSIBLE,
    "任务分工": RESPONSIBLE,
    "责任分工": RESPONSIBLE,
    "职责分工": RESPONSIBLE,
    "完成单位": RESPONSIBLE,
    "完成时限": TIME,
    "完成时间": TIME,
    "办理时限": TIME,
    "办结时限": TIME,
    "时限要求": TIME,
    "时间要求": TIME,
    "完成期限": TIME,
    "时间节点": TIME,
    "进度要求": TIME,
    "时间安排": TIME,
    "时间进度": TIME,
    "进度安排": TIME,
    "办结时间": TIME,
    "整改期限": TIME,
    "完成日期": TIME,
    "工作时限": TIME,
    "整改时限": TIME,
    "时限": TIME,
    "责任领导": IGNORED,
    "分管领导": IGNORED,
    "牵头领导": IGNORED,
    "市领导": IGNORED,
    "责任人": IGNORED,
    "负责人": IGNORED,
    "联系人": IGNORED,
    "联系电话": IGNORED,
    "备注": IGNORED,
    "督办单位": IGNORED,
    "督导单位": IGNORED,
    "督查单位": IGNORED,
}
"""Words before a colon, or at the head of a table's column, and what they announce."""

LABELS_LONGEST_FIRST = tuple(sorted(LABELS, key=len, reverse=True))
OWNER_ROLES = frozenset({LEAD, COOPERATING, RESPONSIBLE})


def label_at(text: str, place: int = 0) -> tuple[str, int] | None:
    """The label that stands at a place with its colon: its word, and where its value begins."""
    for word in LABELS_BY_FIRST.get(text[place : place + 1], ()):
        if text.startswith(word, place):
            after = place + len(word)
            if text.startswith("为：", after):
                return word, after + 2
            if text.startswith("：", after):
                return word, after + 1
    return None


LABELS_BY_FIRST: dict[str, tuple[str, ...]] = {
    first: tuple(word for word in LABELS_LONGEST_FIRST if word[0] == first)
    for first in {word[0] for word in LABELS}
}


def is_owner_line(line: str) -> bool:
    """Whether a line opens with a label such as 责任单位： or 完成时限：."""
    found = label_at(line.lstrip("（【 "))
    return found is not None


LEAD_WORDS = ("牵头", "主办", "为主", "抓总")
COOPERATING_WORDS = ("配合", "参与", "参加", "协助", "协办", "协同", "支持")
RESPONSIBLE_WORDS = listed("负责 组织实施 贯彻落实 落实 分工 承办 承担 实施 指导 分头推进")
JOINING_WORDS = ("会同", "联合", "商")

MODALS = listed("必须 务必 应当 要 应 须 需 不得 严禁")
NOT_MODALS = listed(
    "要求 要点 要素 要件 要害 要闻 应急 应对 应用 应届 应收 应纳 应付 应有 需求 要么 要不 "
    "应邀 应诉"
)
DUTY_VERBS = listed("负责 牵头 会同 联合 配合 协助 分别会同 共同 承担 具体负责")
NOT_DUTY_VERBS = listed(
    "负责人 负责同志 负责干部 牵头单位 牵头部门 牵头人 配合单位 配合部门 联合会 联合体 "
    "联合办公室 联合工作组 联合发 共同体 负责单位 负责部门 联合主办"
)
ACTIONS = listed(
    "组成 组织实施 "
    "高度 高度重视 通知 拟定 制订 树立 对接 会商 审定 核定 核准 复核 抽取 配齐 配强 "
    "开设 举行 选定 推荐 申报 填报 填写 组建 成立 指定 管理 设置 安装 打通 接入 承接 "
    "兜底 保证 防止 避免 杜绝 严查 严打 支付 征收 减免 返还 落地 谋定 摸排 走访 慰问 "
    "救助 关爱 帮扶 编写 印制 张贴 播放 刊登 报道 回复 答复 反馈 办结 交办 转办 督办 "
    "跟踪 调度 研判 预警 处置 救援 演练 巡查 巡检 值守 值班 同步 优先 带头 率先 深挖 "
    "严守 强力 合力 细致 足额 按时 按期 限期 逐项 逐一 逐级 随时 立即 迅速 严密 切实 "
    "着眼 立足 坚决 建立 推动 实施 完善 优化 探索 鼓励 发挥 加快 加强 落实 推行 推广 "
    "支持 收集 引导 利用 加大 追踪 制定 组织 开展 做好 抓好 健全 深化 推进 促进 强化 "
    "规范 严格 提升 提高 扩大 培育 打造 构建 统筹 编制 研究 出台 修订 清理 简化 压缩 "
    "督促 指导 整治 检查 排查 清查 核查 监督 监测 公布 发布 公开 报送 上报 汇总 报告 "
    "提交 安排 拨付 发放 配备 储备 改造 新建 改建 扩建 建设 建成 完成 启动 实现 确保 "
    "保障 维护 防范 打击 查处 纠正 整改 落细 压实 明确 细化 分解 畅通 拓展 拓宽 创新 "
    "改进 改革 试行 试点 允许 取消 下放 合并 整合 归集 共享 搭建 设立 调整 巩固 坚持 "
    "贯彻 执行 宣传 培训 选派 选拔 遴选 评选 评估 考核 验收 审核 审批 办理 受理 登记 "
    "备案 解决 消除 降低 减少 减轻 增加 增强 扶持 补贴 奖励 资助 引进 吸引 签订 采取 "
    "采购 更换 更新 检修 修复 治理 绿化 保护 修建 移交 收回 回收 置换 划拨 参与 参照 "
    "协调 履行 承担 主动 密切 关注 掌握 摸清 梳理 总结 对照 自查 抽查 督查 通报 约谈 "
    "问责 追究 暂停 停止 禁止 协助 提供 提出 进行 形成 释放 丰富 盘活 争取 召开 举办 "
    "部署 动员 谋划 聚焦 突出 注重 运用 综合 大力 积极 认真 全面 全力 深入 充分 进一步 "
    "逐步 稳步 扎实 持续 继续 尽快 抓紧 及时 定期 严厉 严肃 依法 着力 重点 有序 从严 "
    "妥善 紧密 广泛 科学 合理 有效 精心 多渠道 一律 统一 分类 分级 把 将 使 让 对 按照 "
    "按 根据 依据 结合 围绕 针对 通过 以 于 在 向 从 每 定于 分别 自行 具体 共同 联动 "
    "作为 就 为 代表 适时 按月 按季 逐月 随后 分头"
)
"""What a duty without a modal may begin with after its subject: a verb, an adverb, a 把 or 按."""

NAME_WORDS = frozenset(
    listed(
        "组织 宣传 监督 建设 保障 统筹 研究 审计 督查 改革 协调 指导 保护 规范 登记 评估 "
        "培训 服务 检查 监测 执行 审批 受理 办理 考核 共享 绿化 创新 备案 发展 公共 综合 "
        "推广 巩固 引进 公布 推进 促进 实施 发放 安排 移交 验收 统一 联动 重点 科学 动员 "
        "调整 采购 信息 补贴 扶持 核查 清理 修复 更新 改造 治理 应急 整改 解决 试点 信访 "
        "参与 整治 清查 管理 救援 救助 处置 预警 征收 帮扶 督办 调度 巡查 支付 审定 设置 "
        "接入 推荐 通知 值班 回复 同步 申报 演练"
    )
)
"""Verbs that also stand inside names (组织部, 督查室, 改革办): they end no list of names."""

FACTS = listed("已经 已于 已在 已 曾 决定 同意 认为 印发 设在 是 为了 关于 组成 担任 兼任")
"""What follows a name in a report of facts, where no duty is meant."""
