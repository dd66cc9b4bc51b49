"""The samples in English: a table of their words, as a bank's translator would give it."""

from __future__ import annotations

import re
from typing import Any

from guitai.messages.view import View, view_from_data, view_to_data

CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")

WORDS = {
    # the bar
    "人工": "Teller", "返回": "Back", "大字": "Larger", "标准字": "Smaller", "重说": "Repeat", "语言": "中文", "更方便": "Easier",
    "结束视频": "End call", "和平路支行": "Heping Road Branch",
    # easier to see and to reach
    "怎样*更方便*？": "What makes it *easier*?", "点一下就换，再点换回来。": "Tap to change, tap again to go back.",
    "黑底白字": "White on black", "按钮放低": "Buttons lower", "好了，接着办": "That's fine, go on",
    # journey
    "我是小台，\n这里的数字柜员。": "I'm Xiaotai,\nyour digital teller.",
    "走近一点，\n跟我说话就行。": "Come closer\nand talk to me.",
    "想办什么，说一声": "Just say what you need",
    "存取现金": "Cash in and out", "转账汇款": "Send money", "查余额": "Balance", "打印流水": "Statements",
    "挂失补卡": "Lost card", "更新身份证": "Update ID", "改密码": "Change PIN", "问利率、问政策": "Rates and rules",
    "点这里，开始办理": "Tap here to start",
    "您好，我是*小台*。": "Hello, I'm *Xiaotai*.",
    "要我帮忙吗？说一声就行。": "Can I help? Just say so.",
    "转账": "Send money", "给家人、朋友或单位": "To family, friends or a company", "取现金": "Take out cash",
    "要带银行卡": "You need your card", "更多业务": "More services",
    "现在连不上银行。": "The bank can't be reached now.",
    "问利率、问政策，我还能答。": "I can still answer questions.",
    "我想查一下余额": "What is my balance?",
    "查余额和转账要等网络好了再办，您的钱没有变化": "Balances and transfers wait for the network. Your money is unchanged.",
    "问一问": "Ask something", "不办了，取回银行卡": "Stop and take my card",
    "好的，给*儿子*转 5,000 元。": "OK, 5,000 yuan to your *son*.",
    "是常用收款人里的陈浩然吗？": "Is that Chen Haoran from your saved payees?",
    "我想给我儿子转五千块钱……对，就是他": "I'd like to send 5,000 to my son. Yes, that's him",
    "下面的话，**说出来**或**点一下**都行": "**Say** one of these, or **tap** it",
    "是的，转给陈浩然": "Yes, Chen Haoran", "常用收款人 · 账号尾号 4471": "Saved payee · account ending 4471",
    "转给别人": "Someone else", "改金额": "Change amount", "先查余额": "Check balance", "不转了": "Stop this",
    "定期存款三年利率是 *1.25%*，一年是 0.95%。\n存满三年再取，利息最多；提前取按活期算，今天的活期利率是 0.05%。":
        "Three years pay *1.25%*, one year 0.95%.\nKept to the end they earn most; taken out early you get the daily rate, "
        "0.05% today.",
    "你们这儿定期利率多少": "What do fixed deposits pay?",
    "还想问别的": "Ask something else", "没有了": "That's all",
    "您好，想办什么？": "Hello, what can I do for you?", "跟我说，或者点一下。": "Tell me, or tap below.",
    "还差*一个账号*。": "*One account number* to go.",
    "请把刘晓芳的卡号念给我听，念慢点没关系。": "Read me Liu Xiaofang's card number. Take your time.",
    "要取*多少钱*？": "*How much* cash?", "说出来，或者点一下。": "Say it, or tap it.", "我要取钱": "I'd like some cash",
    "说出来或点一下都行": "Say it or tap it", "500 元": "500 yuan", "1,000 元": "1,000 yuan", "2,000 元": "2,000 yuan",
    "5,000 元": "5,000 yuan", "先看看余额": "Look at my balance", "取款金额": "Cash",
    "您好，*想办什么*，跟我说。": "Hello. *What would you like*?", "说出收款人和金额": "Say who and how much",
    "一次最多 20,000 元": "Up to 20,000 yuan", "存现金": "Deposit", "机器点钞，您再确认": "Counted, then you confirm",
    "只在屏幕上看": "On the screen only",
    "收款人": "Payee", "刘晓芳": "Liu Xiaofang", "听您说的": "You said", "金额": "Amount", "5,000.00 元": "5,000.00 yuan",
    "伍仟元整": "Five thousand yuan", "收款账号": "Account", "正在听……": "Listening…", "附言": "Note",
    "可以不填": "Optional", "用键盘输入": "Use keypad", "常用收款人": "Saved payees",
    "请按*收款账号*。": "Please key in the *account*.",
    # confirming, risk
    "请看一眼，对得上就*亲手点*一下。": "Please check. If it is right, *tap* it.",
    "光说不算，这样更安全。": "Your voice alone is not enough. It is safer so.",
    "转出金额": "Amount to send", "元": "yuan", "伍仟元整　手续费 0 元": "Five thousand yuan · no fee",
    "转给": "To", "刘 * 芳": "Liu * Fang", "户名由收款银行返回": "Name given by their bank",
    "青禾银行　尾号 3308": "Qinghe Bank, ends 3308", "第一次给这个账号转账": "First transfer to this account",
    "什么时候到": "Arrives", "24 小时后到账": "In 24 hours", "到账前，随时可以撤回": "You can recall it until then",
    "不对，\n改一改": "No,\nchange it", "对，\n转账": "Yes,\nsend it",
    "转之前，想问您一句。": "Before we send it, one question.",
    "钱还在您账户里，\n咱们不着急。": "Your money is still here.\nNo hurry.",
    "收款的“刘 * 芳”，\n您当面见过吗？": "Have you met \"Liu * Fang\"\nin person?",
    "见过，我认识": "Yes, I know her", "没见过，只在手机上联系": "No, only by phone", "我说不准": "I'm not sure",
    "请柜员陪您一起看": "A teller looks at it with you",
    "要是有人在电话里催您转，可以先挂掉。银行和警察都不会让您把钱转到别的账户。":
        "If someone on the phone is hurrying you, you may hang up. No bank and no police ask you to move your money.",
    "请把短信里的数字*按进来*。": "*Key in* the code we sent.",
    "验证码别念出声，\n也别告诉任何人。": "Don't read it aloud,\ndon't tell anyone.",
    "已发到您尾号 6620 的手机": "Sent to your phone ending 6620", "没收到短信": "No message came",
    "钱都在，很安全。": "Your money is here and safe.",
    "这笔转账我们先停一停，请柜员来陪您看一看。": "Let's pause this transfer. A teller will look at it with you.",
    "转账已经暂停": "The transfer is paused", "50,000.00 元还在您的账户里，没有转出": "50,000.00 yuan are still in your account",
    "柜员正在赶来": "A teller is coming", "大约 1 分钟，最晚 3 分钟": "About 1 minute, 3 at most",
    "一起看清楚，再往下办": "We look at it together", "您说过的话柜员都知道，不用再说一遍": "You won't have to repeat anything",
    "现在就和柜员说话": "Talk to a teller now", "今天先不转了，取回银行卡": "Not today, give my card back",
    "等的时候不用接电话，也不用操作手机。想多问一句，可以打 **96110** 咨询。":
        "No need to answer your phone while you wait. For advice, call **96110**.",
    "前面还有*一位*。": "*One person* ahead.",
    "柜员已经知道您要办什么，马上就来。": "The teller knows what you need and will be here soon.",
    "大约还要": "About", "分钟": "minutes", "正在办": "Served", "下一位": "Next", "您": "You",
    "已经交给柜员，不用再说\n更新身份证有效期，新证件已经照好了":
        "Handed on, no need to repeat\nUpdate ID; the new card is photographed",
    "一边等，一边办别的": "Do something else", "位置给您留着": "Your place is kept", "不等了，取回银行卡": "Stop, give my card back",
    "林柜员*来了*。": "Ms Lin *is here*.", "工号 0218，\n想和您视频通话。": "Staff number 0218.\nShe'd like a video call.",
    "开始前，跟您说明三件事": "Three things before we begin",
    "柜员能看到您和这块屏幕": "The teller sees you and this screen", "您按密码时，画面会自动遮住": "Hidden while you enter your PIN",
    "通话会录音录像": "The call is recorded", "只用来核对业务，留存在本行": "Only to check the business, kept by us",
    "随时可以停": "You can stop at any time", "点“结束视频”，马上断开": "Tap \"End call\" and it ends",
    "同意，开始视频": "Agree and start", "只用语音": "Voice only", "不用视频": "No video",
    "王阿姨，您看这个账号，是对方*发给您的吗*？": "Ms Wang, this account: *did they send it* to you?",
    "林峻　0218": "Lin Jun 0218", "您和柜员看到的是同一页": "You and the teller see the same page",
    "50,000.00 元": "50,000.00 yuan", "钱还在您的账户里": "Still in your account",
    "第一次转给这个账号": "First time to this account", "您可以直接说，也可以点": "Say it, or tap",
    "请您在*下面签名*。": "Please *sign below*.", "周主管": "Ms Zhou", "林峻：看过了没问题，就请签个名。": "Lin Jun: If it is all right, please sign.",
    "用手指在框里写，写好点“签好了”": "Write in the box with your finger, then tap \"Signed\"", "不签": "Don't sign",
    "这是您要的*业务说明*。": "The *explanation* you asked for.", "大额转账怎么撤回": "Recalling a large transfer",
    "到账前，随时可以在机器上或者打客服撤回。": "Until it arrives you can recall it here or by the hotline.",
    "撤回以后，钱马上回到您的账户。": "The money is back in your account at once.", "关掉视频": "End call",
    "是别人发的": "They sent it", "我自己知道": "I knew it", "正在录音录像": "Recording",
    # hands
    "请在*下面的键盘*上按密码。": "Key in your PIN on the *pad below*.", "按完，再按绿色的“确认”。": "Then press the green \"Enter\".",
    "密码": "PIN", "用另一只手挡着按": "Cover it with your hand",
    "只有键盘知道密码，屏幕和柜员都看不到": "Only the pad knows it, neither screen nor teller",
    "请*插入银行卡*。": "Please *insert your card*.", "卡口在右手边，亮灯的地方。": "The slot is on your right, where the light is.",
    "没带卡，用身份证": "No card, use my ID", "请把钱*放进存款口*。": "Put your notes *in the tray*.",
    "抚平、对齐，一次最多一百张。不用信封和夹子。": "Flat and even, up to 100 notes. No envelopes or clips.",
    "存款口在下面，亮灯处": "The tray is below, where the light is", "还有": "Left",
    "我要慢一点，多给我一分钟": "I need more time", "不办了": "Stop this",
    "请先取走*没认出来的几张*。": "Please take back the *notes not read*.",
    "其余的点好了，看一眼，对就亲手点一下。": "The rest is counted. If it is right, tap it.",
    "存款金额": "Amount to pay in", "陆佰叁拾元整": "Six hundred and thirty yuan", "银行卡": "Card", "尾号 3802": "ends 3802",
    "100 元 × 5 张，50 元 × 2 张，10 元 × 3 张": "100 × 5, 50 × 2, 10 × 3", "对，存进去": "Yes, pay it in",
    "再放一些": "Add more", "不存了，钱退给我": "No, give it back",
    "请先*取走卡*。": "First *take your card*.", "卡在右手边，取走以后钱才会出来。": "It is on your right. The cash comes after it.",
    "先取卡": "Card", "再取钱": "Cash", "请取走 *2,000 元*。": "Take your *2,000 yuan*.",
    "钱在下面的出钞口，\n请当面点一点。": "It is in the tray below.\nPlease count it.", "卡取走了": "Card taken",
    "现在取钱": "Cash now",
    # papers
    "请把*身份证*放在亮灯处。": "Lay your *ID card* where the light is.", "人像朝上，放平就行。": "Face up and flat.",
    "身份证放这里，不用插进去": "Lay it here, don't push it in", "没带身份证": "I have no ID with me",
    "请把纸*放平*，四个角都露出来。": "Lay the page *flat*, all four corners showing.",
    "放好别动，我自己会照。": "Then hold still. I take the picture.", "再往左挪一点": "A little to the left", "不照了": "Stop this",
    "看清了，是一张*定期存单*。": "I see a *deposit slip*.", "我念的对不对，您核一下。": "Please check what I read.",
    "到期日": "Due", "2026年11月24日": "24 November 2026", "看到的": "Seen", "30,000.00 元": "30,000.00 yuan",
    "再照一次": "Once more", "对，没错": "Yes, right",
    "办好了，要*回单*吗？": "Done. Do you want a *receipt*?", "打出来，或者用手机扫一扫存下来。": "Printed, or kept on your phone.",
    "给刘 * 芳转 5,000 元，已受理\n明天 10:24 到账，到账前可以撤回":
        "5,000 yuan to Liu * Fang, accepted\nArrives tomorrow 10:24, can be recalled",
    "打一张": "Print", "用手机扫码存": "Scan with my phone", "不要回单": "No receipt",
    "请用手机*扫一扫*。": "Please *scan this*.", "存到手机里，随时能看。": "Keep it on your phone.",
    "二维码 10 分钟内有效，只能存一次": "Valid for 10 minutes, once", "存好了": "I have it",
    "旁边有人，*金额先盖住了*。": "Someone is near. *The amount is covered.*", "没关系，给我看": "It's fine, show me",
    "还没有": "Not yet", "解决了": "Yes, solved",
    # ends
    "正在办，请稍等。": "Working on it, one moment.", "大约十秒。": "About ten seconds.", "核对信息": "Checking details",
    "联系收款银行": "Asking their bank", "打印回单": "Printing the receipt",
    "您的问题*解决了吗*？": "Is it *solved*?", "没解决也没关系，我请柜员接着办。": "If not, a teller goes on with it.",
    "要回单吗？": "A receipt?", "扫码存": "Scan", "不要": "None",
    "您还在吗？": "Are you still there?", "不着急，点一下就接着办。": "No hurry. Tap and we go on.",
    "我还在，接着办": "Yes, go on",
    "卡先由*银行保管*了。": "The bank *keeps your card* for you.",
    "卡没有取走，怕别人拿，机器替您收起来了。": "It was not taken, so the machine put it away.",
    "编号\nHP-1122-0043": "Case number\nHP-1122-0043",
    "带身份证到和平路支行领，周一到周五 9:00 到 17:00": "Bring your ID to Heping Road, Monday to Friday 9:00 to 17:00",
    "急用请打客服 95500": "Urgent? Call 95500", "和柜员说话": "Talk to a teller",
    "钱没有动，\n卡还给您。": "No money moved.\nHere is your card.",
    "柜员现在来不了，记住这个号码，随时可以接着办。": "No teller is free. Keep this number and come back any time.",
    "编号\nHP-1122-0042": "Case number\nHP-1122-0042", "客服 95500，反诈专线 96110": "Hotline 95500, fraud line 96110",
    "取回银行卡": "Take my card",
    "对不起，这台机器在*检修*。": "Sorry, this machine is *being repaired*.",
    "出钞口 14:30 前修好。\n您的卡和钱都没问题。": "Ready by 14:30.\nYour card and money are fine.",
    "最近的网点　中山路支行": "Nearest: Zhongshan Road", "走路 6 分钟": "6 minutes on foot",
    "450 米，路平，有坡道": "450 m, level, with a ramp", "今天开到 17:00": "Open until 17:00",
    "能取现金，有人工柜台": "Cash and tellers", "不取现金，和柜员视频": "No cash: call a teller",
    "查账、转账、挂失都能办": "Balances, transfers, lost cards",
    # staff
    "技术员模式": "Technician", "把钥匙转回营业位，就回到客户界面": "Turn the key back to return to customers",
    "出钞停用：出口传感器 S7 一直被挡\n擦一擦 S7，再看一遍。":
        "Dispenser out of use: sensor S7 is blocked\nWipe S7, then test. If it passes, it is back.",
    "读卡器": "Card reader", "回收箱 1 张": "1 card retained", "出钞模块": "Dispenser", "出口传感器 S7 遮挡": "Exit sensor S7 blocked",
    "密码键盘": "PIN pad", "加密自检通过　09:58": "Self-test passed 09:58", "回单打印机": "Printer",
    "纸剩 12%，约 40 张": "Paper 12%, about 40", "身份证阅读器": "ID reader", "上次读取 10:11": "Last read 10:11",
    "摄像头　两路": "Cameras (2)", "15 帧/秒，镜头干净": "15 a second, clean", "麦克风、喇叭": "Sound", "回声 −52 dB": "Echo −52 dB",
    "机柜门": "Cabinet", "前门开　09:52　张伟": "Open 09:52 Zhang Wei",
    "箱 1　100 元": "1: 100", "箱 2　100 元": "2: 100", "箱 3　50 元": "3: 50", "箱 4　10 元": "4: 10", "回收": "Reject",
    "待上传记录": "To upload", "0 条": "0", "总行连接": "Headquarters", "银行连接": "Bank host", "通": "up", "软件版本": "Version",
    "试触摸屏": "Test the touch screen",
    # large print
    "是陈浩然吗？": "Is that Chen Haoran?", "给我儿子转五千……对，就是他": "Send my son 5,000. Yes, him",
    "**说出来**或**点一下**都行": "**Say** it or **tap** it", "账号尾号 4471": "Account ending 4471",
    "对不对？\n请*亲手点*一下。": "Is it right?\nPlease *tap*.", "账号": "Account", "尾号 3308": "ends 3308", "到账": "Arrives",
    "24 小时后": "in 24 hours", "不对，改一改": "No, change it", "对，转账": "Yes, send it",
}  # fmt: skip


def english(view: View) -> View:
    """Return the view with every Chinese word put into English. Raises KeyError for a word the table lacks."""
    data = _put(view_to_data(view))
    return view_from_data({**data, "language": "en"})


def _put(value: Any) -> Any:
    if isinstance(value, str):
        return WORDS[value] if CHINESE.search(value) else value
    if isinstance(value, dict):
        return {key: _put(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_put(inner) for inner in value]
    return value
