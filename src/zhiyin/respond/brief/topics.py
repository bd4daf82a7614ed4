"""What a case needs to know, and the words by which it is told and asked for, in Chinese and English."""
# ruff: noqa: E501 - word lists, read best in one piece

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Topic(StrEnum):
    """Something that is asked of customers, again and again."""

    ORDER = "order"
    WHEN = "when"
    WHERE = "where"
    PRODUCT = "product"
    SERIAL = "serial"
    ERROR = "error"
    AMOUNT = "amount"
    PEOPLE = "people"
    PHONE = "phone"
    NAME = "name"
    HAPPENED = "happened"
    TRIED = "tried"
    WISH = "wish"


SENTENCES = frozenset({Topic.HAPPENED, Topic.TRIED, Topic.WISH})
"""Told in a sentence rather than in a word."""

_NUMBER = r"[A-Za-z*]{0,5}-?[\d*][\dA-Za-z*-]{3,23}"  # a covered one was told, too
_DAY = r"20\d\d ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?[日号]?|\d{1,2} ?月 ?\d{1,2} ?[日号]?"
_CLOCK = r"\d{1,2}[:：]\d{2}|[\d一二三四五六七八九十]{1,3}点(?:半|钟|[\d一二三四五六七八九十]{1,3}分)?"
_NEAR = r"(?:今|昨|前|当)(?:天|晚|早|日|夜)(?:早上|上午|中午|下午|晚上|凌晨)?|[上这]个?(?:周|星期|礼拜)[一二三四五六日天末]?"
_AGO = r"[\d一二两三四五六七八九十半]{1,3}个?(?:天|周|星期|月|小时|年)(?:前|以前|之前)|[上去]个?(?:月|年)"
_WEEKDAYS = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_MONTHS = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
)
_WHEN_EN = (
    rf"yesterday(?: morning| afternoon| evening| night)?|last (?:night|week|month|year|{_WEEKDAYS})"
    rf"|(?:on|since) {_WEEKDAYS}|(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTHS}|{_MONTHS} \d{{1,2}}(?!\d))(?:,? 20\d\d)?"
    r"|(?:\d{1,3}|two|three|four|five|six|seven|a few) (?:hours?|days?|weeks?|months?) ago"
    r"|(?<!\d)\d{1,2}(?::\d{2})? ?[ap]\.?m\b|this (?:morning|afternoon|evening)|today"
)
_PLACE_ENDS = r"门店|分店|旗舰店|专柜|店|广场|路\d{1,5}号|街\d{1,5}号|小区|花园|公寓|大厦|大楼|机场|火车站|地铁站|站|校区|商场|医院|营业厅|网点"
_PLACE_EN = r"(?:store|branch|shop|street|road|avenue|mall|station|airport|counter|outlet)"
_GOODS = (
    r"路由器|光猫|猫棒|机顶盒|宽带|光纤|无线网|冰箱|洗衣机|空调|热水器|燃气灶|油烟机|电视机?|手机|平板|笔记本电脑|电脑"
    r"|打印机|耳机|手表|充电器|数据线|净水器|扫地机|奶茶|咖啡|拿铁|美式|蛋糕|面包|汉堡|披萨|火锅|牛肉面|外卖|饭菜"
    r"|外套|羽绒服|衬衫|裤子|裙子|鞋子?|包裹|信用卡|储蓄卡|会员卡|年费|机票|车票|房间|套餐"
)
_GOODS_EN = (
    r"router|modem|broadband|set-?top box|fridge|refrigerator|washing machine|air conditioner|heater|oven|tv|phone"
    r"|tablet|laptop|printer|headphones|earbuds|watch|charger|cable|vacuum|latte|coffee|milk tea|cake|burger|pizza"
    r"|jacket|coat|shirt|trousers|dress|shoes|boots|parcel|package|credit card|annual fee|ticket|room"
)

PATTERNS: Mapping[Topic, re.Pattern[str]] = {
    topic: re.compile(pattern, re.IGNORECASE)
    for topic, pattern in {
        Topic.ORDER: (
            rf"(?:订单|单号|运单|快递单?|流水|受理|预约|取件|order|tracking|booking|reference|confirmation)"
            rf"(?:编?号码?|编号|单号|码| ?number| ?no\.?| ?id| ?#)?(?: ?(?:是|为|is|:|：|#|，))? ?({_NUMBER})"
            r"|(?<![A-Za-z0-9*])([A-Z]{2,4}\d{8,20}|\d{14,20})(?![0-9*])"
        ),
        Topic.WHEN: rf"({_DAY}|{_NEAR}(?: ?{_CLOCK})?|{_AGO}|{_CLOCK}|{_WHEN_EN})",
        Topic.WHERE: (
            rf"(?:是在|在|去|到|于|是)([\u4e00-\u9fff（）()\d]{{2,16}}?(?:{_PLACE_ENDS}))"
            rf"|(?:at|in|to|from|near) (?:the |your |our )?((?:[A-Z][\w'’]+ ){{1,4}}{_PLACE_EN})\b"
        ),
        Topic.PRODUCT: (
            rf"(?:型号|机型|款式|model)(?: ?(?:是|为|is|:|：|number))*[ ]?([A-Za-z][A-Za-z0-9-]{{2,20}}|\d+[A-Za-z][\w-]{{1,18}})"
            rf"|({_GOODS})|\b({_GOODS_EN})\b"
        ),
        Topic.SERIAL: (
            r"(?:序列号|机身号|机身码|设备号|设备编号|产品编号|机器码|\bs/?n\b|serial(?: number| no\.?)?|imei)"
            r"(?: ?(?:是|为|is|:|：))* ?([A-Za-z0-9][A-Za-z0-9-]{4,24})"
        ),
        Topic.ERROR: (
            r"(?:错误(?:代码|码|提示)?|故障码|故障代码|报错|代码|error(?: code| message)?)"
            r"(?: ?(?:是|为|显示|提示|is|says|:|：))* ?([A-Za-z]{0,4}-?\d{1,6})"
        ),
        Topic.AMOUNT: (
            r"([¥￥$€£] ?\d[\d,]{0,9}(?:\.\d{1,2})?"
            r"|\d[\d,]{0,9}(?:\.\d{1,2})? ?(?:万元|元|块钱?|rmb|yuan|dollars|euros|pounds))"
        ),
        Topic.PEOPLE: (
            r"((?:\d{1,3}|[一两三四五六七八九十]{1,2}) ?(?:个人|位(?:客人|大人)?|口人)(?!次|工)"
            r"|\d{1,2} (?:people|guests|persons|of us)|party of \d{1,2})"
        ),
        Topic.PHONE: r"(?<!\d)(1[3-9]\d[\d*]{4}\d{4}|0\d{2,3}-?[\d*]{7,8}|\+\d{1,3}[\d* -]{7,14}\d)(?![\d*])",
        Topic.NAME: (
            r"(?:我叫|我姓|免贵姓|本人)([\u4e00-\u9fff*]{1,4})(?![\u4e00-\u9fff]{4})"
            r"|(?:my name is|this is) ([A-Z][a-z*]+(?: [A-Z][a-z*]+)?)"
        ),
    }.items()
}

CUES: Mapping[Topic, re.Pattern[str]] = {
    topic: re.compile(pattern, re.IGNORECASE)
    for topic, pattern in {
        Topic.HAPPENED: (
            r"坏|断(?:网|线|了|开)|不通|连不上|没网|掉线|漏|太慢|很慢|等了|没到|没收到|还没|送错|发错|少[了发]|破[了损]|拉肚子|异味"
            r"|变质|无法|不能用|打不开|用不了|不亮|闪|红灯|没有?信号|多扣|扣了|乱扣|投诉|态度|不制冷|不工作|死机|失灵|裂|脏"
            r"|broken|not work|doesn['’]?t work|does not work|stopped work|slow|late|wrong|missing|never (?:came|arrived)"
            r"|drops?\b|dropped|no signal|no internet|leak|crack|charged twice|overcharged|rude|cold|damaged|offline"
            r"|can(?:['’]?t|not) (?:connect|open|use|log)|did(?:n['’]t| not) (?:come|arrive)"
        ),
        Topic.TRIED: (
            r"重启|重置|恢复出厂|拔[了掉插]|换过|换了(?:一|个|根|条|台|张)|试过|试了|已经(?:打|联系|找|报|试|换|重)|打过"
            r"|restart|reboot|reset|unplug|tried|swapped|replaced|already (?:called|contacted|asked)|called (?:you|twice)"
        ),
        Topic.WISH: (
            r"希望|想要|要求|能不能|可不可以|请(?:尽快|帮|给|安排|派|退|换)|麻烦(?:尽快|帮|给|安排)|给我(?:退|换|修|赔|一个说法)"
            r"|要退|退款|赔偿|补偿|换一|换新|减免|免(?:掉|了)|i (?:want|would like|need|expect|hope)|i['’]d like|please (?:send|refund|replace"
            r"|fix|call|arrange|waive)|refund me|my money back|want (?:a|my) (?:refund|replacement)"
        ),
    }.items()
}

ASKS: Mapping[Topic, re.Pattern[str]] = {
    topic: re.compile(pattern, re.IGNORECASE)
    for topic, pattern in {
        Topic.ORDER: (
            r"订单(?:编?号|是)|单号|运单|流水号|受理编号|预约号|哪[个一]?(?:笔|张)?(?:订单|单)|order (?:number|id|no)|tracking number"
            r"|which order|booking (?:number|reference)|reference number|confirmation number"
        ),
        Topic.WHEN: (
            r"什么时候(?!方便|有空|可以)|哪一?天(?!方便|有空)|几点(?!方便)|何时|什么时间(?!方便)|多久了|多长时间|日期|几月几[号日]"
            r"|when (?:did|was|were|has|is the|exactly)|since when|what (?:time|date|day) (?:did|was|were)|how long (?:has|have|ago)"
        ),
        Topic.WHERE: (
            r"哪[家个一]?(?:门店|店|网点|营业厅|地方|小区|位置)|在哪|哪里(?!不)|什么地方|地址|where|which (?:store|branch|shop)|address"
        ),
        Topic.PRODUCT: (
            r"什么(?:产品|型号|牌子|商品|东西|设备|款|套餐)|型号|机型|哪[一个]?款|哪[个种](?:产品|商品|套餐)|买的是什么|点的是什么"
            r"|which (?:product|model|item|plan)|what (?:product|model|item|did you (?:buy|order)|device)|model (?:number|name)"
        ),
        Topic.SERIAL: r"序列号|机身[号码]|设备编?号|产品编号|机器码|\bs/?n\b|serial|imei",
        Topic.ERROR: r"错误(?:代码|码|提示)|故障代?码|报(?:什么)?错|提示什么|error (?:code|message)|what error|what does it say",
        Topic.AMOUNT: r"多少钱|金额|扣了多少|付了多少|花了多少|how much|what amount|the amount",
        Topic.PEOPLE: r"几[个位]人?|多少(?:个|位)?人|how many (?:people|guests|of you)|party size",
        Topic.PHONE: r"电话|手机号|联系方式|联系号码|phone|contact number|mobile number|reach you",
        Topic.NAME: r"贵姓|怎么称呼|如何称呼|姓名|叫什么|您的名字|your name|full name|who am i speaking|may i ask who",
        Topic.HAPPENED: (
            r"什么(?:问题|情况|故障|毛病|现象)|怎么[了回]|发生了?什么|遇到(?:的|了)?什么|哪里(?:不|有问题)|描述一?下|具体(?:问题|情况)|说一?下(?:问题|情况)"
            r"|what (?:happened|is wrong|went wrong|is the (?:problem|issue|matter))|what['’]s (?:wrong|the (?:problem|issue|matter))|describe"
            r"|tell (?:me|us) (?:what|about the problem)"
        ),
        Topic.TRIED: (
            r"(?:重启|重置|试|拔|换)(?:过|了).{0,6}(?:吗|没|么)|有没有(?:试|重启|重置)|试过(?:什么|哪些)|做过(?:什么|哪些)|have you (?:tried|restarted|reset)"
            r"|did you (?:try|restart|reset|reboot)|what have you tried"
        ),
        Topic.WISH: (
            r"(?:您|你)(?:想|希望|要求|需要).{0,8}(?:怎么|什么|如何|哪种)|什么(?:诉求|要求|期望)|诉求是|希望我们|怎么(?:处理|解决)(?:您|你)?(?:比较)?(?:满意|好)"
            r"|what (?:would you like|do you (?:want|expect)|can we do)|how (?:would you like|can we make)|your (?:wish|expectation)"
        ),
    }.items()
}

IS_QUESTION = re.compile(
    r"[?？]|请问|吗|呢|多少|什么|哪|几[个位点号月]|何时|是否|有没有|贵姓|(?:请|麻烦|烦请)(?:您|你)?(?:再|重新)?(?:提供|告知|告诉|说|发|留|描述|确认|补充|报|核对)"
    r"|方便(?:提供|告诉|告知|说|留)|\b(?:what|when|where|which|how|who|have you|did you|do you|could you|can you|would you"
    r"|may i|please (?:tell|give|send|provide|confirm|describe|share))\b",
    re.IGNORECASE,
)
