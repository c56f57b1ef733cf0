// Story: 山崎さん from the first hello to the renewal, as steps that anybody may read and change.
// A step has a caption and acts: what is tapped, typed and awaited, named by the words on the screen.

const phone = (caption, ...acts) => ({ caption, side: "phone", acts });
const desk = (caption, who, place, ...acts) => ({
  caption,
  side: "workspace",
  acts: [{ act: "sit", who, place }, ...acts],
});
const clock = (caption, ...acts) => ({ caption, side: "phone", acts });

const say = (words) => ({ act: "say", words });
const tap = (label, beside) => ({ act: "tap", label, beside });
const hear = (words) => ({ act: "hear", words });
const press = (label, beside) => ({ act: "press", label, beside });
const read = (words) => ({ act: "read", words });
const fill = (values) => ({ act: "fill", values });
const wait = (label, until, most) => ({ act: "wait", label, until, most });

const FIRST_WORDS = "ネットでもっと売りたいんだけど、若いのがいなくて";
const OWN_WORDS =
  "うちは明治から味噌をつくってる。通販は息子が作ったけど出てってそのまま。" +
  "美咲と一緒に、買いやすい店にしてくれる人がいたらうれしい";
const TITLE = "明治の味噌屋、ネットのお店を手伝ってください";

const hello = [
  clock("人が働いている時間まで、時計を進めます。", { act: "daytime", from: 9, to: 17 }),
  phone(
    "山崎さんが、信用金庫のカードのQRから友だちに追加します。",
    { act: "befriend" },
    hear("お預かりする内容の使いみち"),
  ),
  phone("入力欄に入っている言葉を、そのまま送ります。", say(""), hear("ご紹介ですね")),
  phone("使いみちを読んで、同意します。", tap("同意して始める"), hear("やりたいな")),
];

const wish = [
  phone("前からやりたかったことを、話し言葉で。", say(FIRST_WORDS), hear("どれに近いですか")),
  phone(
    "途中で、いくらかかるのかが気になりました。",
    say("それよりいくらかかるのか先に知りたい"),
    hear("手数料が月4万円"),
    hear("どれに近いですか"),
  ),
  phone("お金の答えのあと、もとの質問に戻ります。", say("見ても買ってくれない かな"), hear("3か月後")),
  phone("3か月後の目標。", say("どっちも。まず写真かな"), hear("月に何件")),
  phone("分からないことは、分からないままで進みます。", say("わからん"), hear("どなたですか")),
  phone("一緒に進める人。", say("嫁の美咲。発送と電話番"), hear("お支払い")),
  phone("お支払いのめやす。", say("8万"), hear("いちばん大事")),
  phone("いちばん大事な、社長のことば。", say(OWN_WORDS), hear("このまま見せて")),
  phone("ご家族のことは、外すこともできます。", tap("その文だけ外す"), hear("募集の下書き")),
  phone("下書きの題名を、自分のことばに直します。", tap("直す"), hear("どこを直しますか"), tap("題名"), hear("どう書きますか")),
  phone("新しい題名。", say(TITLE), hear(TITLE)),
  phone("これでよい、と社長が決めます。", tap("これでよい"), hear("会社のお名前")),
];

const firm = [
  phone("会社の名前は、登録から探します。", say("山崎醸造"), hear("どちらですか")),
  phone("自分の会社を選びます。", tap("有限会社山崎醸造 長野県飯田市本町1-2"), hear("電話かメール")),
  phone("募集に載せる電話番号。", tap("0265-00-1234"), hear("決めるのは、どなた")),
  phone("決めるのは社長自身。", tap("自分が決める"), hear("お伝えしてもよろしいですか")),
  phone("紹介してくれた信用金庫に、伝えてよいか。", tap("伝えてよい"), hear("拝見します")),
];

const review = [
  desk("担当の佐藤さんが、届いた下書きを引き受けます。", "佐藤", "staff", press("引き受ける"), read("佐藤 由美")),
  desk(
    "一つだけ、社長に質問して戻します。",
    "佐藤",
    "staff",
    press("質問して戻す"),
    fill({ 社長への質問: "月20時間くらい、でよろしいですか？" }),
  ),
  phone("社長のスマホに、質問が届きます。", hear("月20時間くらい"), tap("それでよい"), hear("伝えました")),
  desk("お返事は、同じカードに戻ります。公開します。", "佐藤", "staff", read("それでよい"), press("公開する")),
  phone("社長に、始まったことを知らせます。", hear("募集を始めました")),
];

const TALENTS = {
  高橋: {
    me: {
      お名前: "高橋 直樹",
      ひとことで言うと: "食品の通販を自分の手で5年",
      自分の手でやったこと: "味噌と醤油の通販で、写真と説明を毎週直し、注文を月20件から60件にしました。",
      得意なこと: "商品写真、商品説明、注文の数の見方",
      ゆかりのある土地: "長野には毎年通っています",
    },
    terms: {
      月に使える時間: "20",
      平日の日中で空く時間: "水 10:00-12:00",
      月の報酬の目安: "70000",
      いまの働き方: "会社員",
      勤め先の副業の決まり: "許可・届出ずみ",
      賠償責任の保険: "入っている",
    },
    answers: {
      関心をもったわけ: "味噌が好きで、長野に通っています。",
      どう進めますか: "最初の1週間で、いま何人が見て何人が買っているかを数えます。",
      活かせる経験: "食品の通販を自分の手で5年やりました。",
    },
  },
  鈴木: {
    me: {
      お名前: "鈴木 彩",
      ひとことで言うと: "雑貨店のネット販売を3年",
      自分の手でやったこと: "雑貨店で、商品ページの写真を撮り、説明を書きました。",
      得意なこと: "商品写真、文章",
      ゆかりのある土地: "",
    },
    terms: {
      月に使える時間: "25",
      平日の日中で空く時間: "金 14:00-16:00",
      月の報酬の目安: "80000",
      いまの働き方: "独立",
      勤め先の副業の決まり: "いらない",
      賠償責任の保険: "入っていない",
    },
    answers: {
      関心をもったわけ: "古くから続くお店の仕事に関心があります。",
      どう進めますか: "まず売れ筋の写真を1枚、撮り直してみます。",
      活かせる経験: "雑貨店で商品ページを3年作りました。",
    },
  },
};

const application = (who, name) => [
  desk(`${who}さんが、募集を見て「関心あり」を押します。`, who, "postings", press("関心あり", TITLE)),
  desk("自己紹介の1枚目。", who, "postings", fill(TALENTS[name].me)),
  desk("2枚目は、時間と条件です。", who, "postings", fill(TALENTS[name].terms)),
  desk("応募は、4つの答えだけ。", who, "postings", fill(TALENTS[name].answers)),
  desk("応募したことが、アプリとの会話に残ります。", who, "アプリ", read("応募しました")),
];

const applying = [
  desk(
    "鈴木さんが、応募の前に一つ質問します。",
    "鈴木",
    "postings",
    press("質問する", TITLE),
    fill({ 会社に聞きたいこと: "いまの写真は、どなたが撮っていますか？" }),
  ),
  phone("質問は社長に届き、社長が答えます。", hear("どなたが撮っていますか"), say("美咲がスマホで撮っています"), hear("お伝えしました")),
  desk("お返事が鈴木さんに届きます。", "鈴木", "アプリ", read("美咲がスマホで撮っています")),
  ...application("鈴木", "鈴木"),
  ...application("高橋", "高橋"),
  desk("ホームには、自分の予定とほかの募集があります。", "高橋", "ホーム", read("あなたの予定")),
];

const choosing = [
  clock("1週間たつと、応募した方が社長に届きます。", wait("1日進める", "応募がありました", 14), hear("高橋 直樹さん")),
  phone("社長は、気になる方に聞いてみます。", tap("聞きたい", "高橋"), hear("何を聞きましょうか"), say("味噌は、ふだん食べますか？")),
  desk(
    "高橋さんが答えます。",
    "高橋",
    "アプリ",
    press("お返事する"),
    fill({ お返事: "毎朝、味噌汁を飲みます。" }),
  ),
  phone("お返事を読んで、会ってみることに。", hear("毎朝、味噌汁を飲みます"), tap("会ってみたい", "高橋"), hear("5つの質問")),
];

const PI_OWNER = [
  ["味噌、山歩き、孫", "120％"],
  ["人に頼まれること", "やる気が削がれる"],
  ["せかされること", "与えられた"],
  ["孫の似顔絵", "考えを変えたり"],
  ["値引きばかりの売り方をやめた", "お二人そろったら"],
];
const PI_TALENT = {
  好きなこと: "味噌汁、早起き、地図",
  頑張ってしまう: "数えること",
  やる気が削がれる: "急に変わる約束",
  与えられた: "近所の方の野菜",
  考えを変えたり: "広告より、まず写真だと思うようになった",
};

const meeting = [
  ...PI_OWNER.map(([words, next], n) =>
    phone(`お会いする前に、お二人とも同じ5つの質問に答えます。（社長 ${n + 1}つ目）`, say(words), hear(next)),
  ),
  phone("もうお一人には、ていねいに見送りを。", tap("見送る", "鈴木"), hear("見送るわけ"), tap("ほかの方にお願いしたい"), hear("ていねいにお伝えしました")),
  desk("高橋さんも、同じ5つに答えます。", "高橋", "アプリ", press("会う前の5つの質問"), fill(PI_TALENT)),
  phone("そろうと、同時に見せ合います。社長は進めたい。", hear("高橋 直樹さんのお答え"), hear("進めてみますか"), tap("進めたい"), hear("お相手のお返事")),
  desk("高橋さんも、進めたい。", "高橋", "アプリ", read("味噌、山歩き、孫"), press("進めたい")),
];

const start = [
  desk(
    "最初の打ち合わせで決める6つ。4つはもう入っています。",
    "高橋",
    "アプリ",
    fill({ 定例会議日時: "毎週水曜日", 始まる時刻: "10:30", 連絡方法: "ふだんはこのトーク、急ぎは電話" }),
  ),
  phone("社長が6つを確かめます。", hear("最初の打ち合わせで決めた6つ"), tap("これでよい"), hear("始まりました")),
];

const WEEKS = [
  { owner: "売れ筋5品を書き出す", talent: "いまの注文の数を数える" },
  { owner: "味噌の写真を3枚とる", talent: "説明文を2本書く", went: "できた", theirs: "できた" },
  { owner: "残りの写真を2枚とる", talent: "5品を差し替える", went: "途中", theirs: "できた" },
];

const week = ({ owner, talent, went, theirs }, n) => [
  clock(`${n + 1}回目の打ち合わせへ。前の日に、お知らせが一つだけ届きます。`, wait("次の打ち合わせへ", "打ち合わせです")),
  ...(went
    ? [
        phone(`先週の約束は「${went}」。`, tap(went), hear("伝えます")),
        desk(`高橋さんの約束は「${theirs}」。`, "高橋", "アプリ", press(theirs)),
      ]
    : []),
  clock("打ち合わせのあと、今週やることを一つずつ。", wait("打ち合わせのあとへ", "やることを一つ")),
  phone("社長の今週。", say(owner), hear("決まりですね")),
  desk("高橋さんの今週。", "高橋", "アプリ", press("今週やること"), fill({ 次の打ち合わせまでに: talent }), read("決まりですね")),
];

const MF = ["嬉しかったこと", "", "", ""];

const together = [
  clock("打ち合わせは、毎週つづきます。", wait("1週間進める", "", 7)),
  clock("もうすぐ3か月です。", wait("1日進める", "もうすぐ3か月です", 60)),
];

export const STORY = [
  ...hello,
  ...wish,
  ...firm,
  ...review,
  ...applying,
  ...choosing,
  ...meeting,
  ...start,
  ...WEEKS.flatMap(week),
  ...together,
];
