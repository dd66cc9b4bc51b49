// Words for codes: what a teller reads instead of dotted names.
"use strict";

const WHY = {
  risk: "风险", asked: "主动找人", negative: "两次不满意", device: "机具", dispute: "现金差错", complaint: "投诉",
};
const LEVEL = { low: "低", medium: "中", high: "高" };
const SLOT = { amount: "金额", payee: "收款人", account: "账号", saved: "常用收款人", period: "时间", product: "产品" };
const SCREEN = {
  held: "转账已暂停，钱未转出", waiting: "正在等柜员", teller: "柜员已接入", question: "风险提问", confirm: "等客户确认",
  sms: "短信验证", slot: "填写信息", card: "等插卡", pin: "输入密码（看不到）", result: "办完，问是否解决", open: "刚开始",
};
const EMOTION = { neutral: "平静", anxious: "着急", confused: "听不懂", angry: "生气", impatient: "不耐烦", sad: "难过", fearful: "害怕", happy: "高兴" };
const FACTOR = { login: "异地登录", amount: "转账金额", frequency: "交互频率", semantic: "语义风险", device: "设备风险", credit: "信用记录" };
const REASON = {
  "login.local": "本地卡", "login.remote": "卡开户地：外省", "login.unknown": "开户地查不到", "amount.absolute": "按金额档位",
  "amount.unusual": "远高于平时的一笔", "frequency.usual": "和平时一样", "frequency.first_payee": "第一次给这个收款人",
  "frequency.many_large": "24 小时内多笔大额", "frequency.many_withdrawals": "30 天内取款很多次", "device.degraded": "读卡器或密码键盘停用过", "device.changed": "读卡器或密码键盘不是登记的那一台", "semantic.none": "话里没有迹象", "semantic.weak": "话里有轻微迹象",
  "semantic.strong": "话里有明显迹象", "device.clean": "机具自检正常", "device.tampered": "防拆报警", "credit.good": "无逾期",
  "credit.fair": "一般", "credit.poor": "较差", "credit.unknown": "查不到",
};
const FLOOR = {
  weak_cue: "轻微诈骗话术", strong_cue: "明显诈骗话术", coached: "有人在旁或电话里指点", listed_account: "名单内账户",
  strong_cue_large_first_payee: "明显话术、首次收款人、大额", aml_frequent_large: "24 小时内大额笔数（反洗钱，请了解收款人）",
  watch_list_stale: "关注名单已过期，资金一律不动",
};
const INTENT = { transfer: "转账", withdraw_cash: "取现金", query_balance: "查余额", complaint: "投诉", human: "找人工" };
const OUTCOME = {
  "transfer.posted": "已转出", "transfer.delayed": "24 小时后到账", "transfer.held": "暂停中", "transfer.refused": "没有转出",
  "withdraw.taken": "已取现", "withdraw.refused": "没有取成", "balance.shown": "已查余额", "withdraw.retracted": "钱已收回", "withdraw.failed": "没有取成", "withdraw.dispute": "现金待核对",
  cancelled: "客户不办了",
};
const STATE = { waiting: "等待中", accepted: "接待中", closed: "已结束", withdrawn: "已离开" };
const REJECTED = {
  kiosk_offline: "机器断网了", no_answer: "机器没有应答", broker_offline: "线路断了", core_absent: "机器正在重启",
  core_silent: "机器没有应答", clock_unknown: "机器时钟未校准，稍后再试",
};
