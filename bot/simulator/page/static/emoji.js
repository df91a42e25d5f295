// Shortcodes and the pictures they stand for. Unknown ones are shown as they were typed.

const TABLE = `
smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 joy 😂 rofl 🤣 slightly_smiling_face 🙂 wink 😉
blush 😊 heart_eyes 😍 sunglasses 😎 thinking_face 🤔 neutral_face 😐 no_mouth 😶 unamused 😒 sweat_smile 😅
sob 😭 cry 😢 scream 😱 tired_face 😫 sleeping 😴 dizzy_face 😵 exploding_head 🤯 face_with_monocle 🧐
nerd_face 🤓 partying_face 🥳 saluting_face 🫡 melting_face 🫠 shrug 🤷 face_palm 🤦 robot_face 🤖 ghost 👻 skull 💀
thumbsup 👍 +1 👍 thumbsdown 👎 -1 👎 ok_hand 👌 wave 👋 clap 👏 raised_hands 🙌 pray 🙏 handshake 🤝 muscle 💪
point_up ☝️ point_right 👉 point_left 👈 point_down 👇 raised_hand ✋ writing_hand ✍️ eyes 👀 brain 🧠 crossed_fingers 🤞
heart ❤️ broken_heart 💔 green_heart 💚 blue_heart 💙 yellow_heart 💛 purple_heart 💜 sparkles ✨ star ⭐ fire 🔥 boom 💥 dizzy 💫
zap ⚡ tada 🎉 trophy 🏆 medal 🎖️ sports_medal 🏅 dart 🎯 rocket 🚀 ship 🚢 airplane ✈️ car 🚗 ambulance 🚑 fire_engine 🚒
fire_extinguisher 🧯 rotating_light 🚨 warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 construction 🚧
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ heavy_multiplication_x ✖️ question ❓ grey_question ❔
exclamation ❗ grey_exclamation ❕ bangbang ‼️ interrobang ⁉️ heavy_plus_sign ➕ heavy_minus_sign ➖ recycle ♻️ infinity ♾️
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣
white_circle ⚪ black_circle ⚫ large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩
large_blue_square 🟦 white_large_square ⬜ black_large_square ⬛ small_red_triangle 🔺 small_blue_diamond 🔹 small_orange_diamond 🔸
arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_heading_up ⤴️ arrows_counterclockwise 🔄
fast_forward ⏩ black_right_pointing_double_triangle_with_vertical_bar ⏭️ rewind ⏪ arrow_forward ▶️ double_vertical_bar ⏸️ black_square_for_stop ⏹️ black_circle_for_record ⏺️ repeat 🔁
hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ timer_clock ⏲️ alarm_clock ⏰ clock1 🕐 clock3 🕒 clock9 🕘 watch ⌚
calendar 📆 date 📅 spiral_calendar_pad 🗓️ pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗 bookmark 🔖 bookmark_tabs 📑
memo 📝 pencil 📝 pencil2 ✏️ clipboard 📋 scroll 📜 page_facing_up 📄 page_with_curl 📃 notebook 📓 books 📚 book 📖 blue_book 📘 green_book 📗 orange_book 📙 closed_book 📕
open_file_folder 📂 file_folder 📁 card_index_dividers 🗂️ file_cabinet 🗄️ wastebasket 🗑️ inbox_tray 📥 outbox_tray 📤 package 📦
email ✉️ envelope ✉️ e-mail 📧 telephone_receiver 📞 phone ☎️ telephone ☎️ pager 📟 iphone 📱 computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️
floppy_disk 💾 satellite_antenna 📡 battery 🔋 electric_plug 🔌 bulb 💡 flashlight 🔦 wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️
gear ⚙️ nut_and_bolt 🔩 toolbox 🧰 shield 🛡️ lock 🔒 unlock 🔓 key 🔑 closed_lock_with_key 🔐 mag 🔍 mag_right 🔎 test_tube 🧪
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 speaker 🔈
speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ bust_in_silhouette 👤 busts_in_silhouette 👥 firefighter 🧑‍🚒
sleuth_or_spy 🕵️ technologist 🧑‍💻 construction_worker 👷 cop 👮 superhero 🦸 crown 👑 tophat 🎩 helmet_with_white_cross ⛑️
cloud ☁️ sunny ☀️ partly_sunny ⛅ rain_cloud 🌧️ snowflake ❄️ ocean 🌊 earth_africa 🌍 globe_with_meridians 🌐 house 🏠 office 🏢
factory 🏭 hospital 🏥 bank 🏦 bug 🐛 beetle 🪲 turtle 🐢 snail 🐌 rabbit2 🐇 dog 🐶 cat 🐱 whale 🐳 penguin 🐧 elephant 🐘
seedling 🌱 four_leaf_clover 🍀 herb 🌿 coffee ☕ tea 🍵 pizza 🍕 cake 🍰 beer 🍺 apple 🍎 gift 🎁 balloon 🎈 money_with_wings 💸
moneybag 💰 credit_card 💳 shopping_trolley 🛒 ticket 🎫 label 🏷️ triangular_flag_on_post 🚩 checkered_flag 🏁 waving_white_flag 🏳️
information_source ℹ️ id 🆔 new 🆕 ok 🆗 sos 🆘 up 🆙 free 🆓 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣
nine 9️⃣ zero 0️⃣ keycap_ten 🔟 hash #️⃣ no_good 🙅 raising_hand 🙋 zzz 💤 compass 🧭 world_map 🗺️ anchor ⚓ ladder 🪜 jigsaw 🧩
`;

const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];
const words = TABLE.trim().split(/\s+/);
const pictures = new Map();
for (let index = 0; index < words.length; index += 2) pictures.set(words[index], words[index + 1]);

/** The picture of a shortcode written without colons, or null. */
export function picture(code) {
  const [name, tone] = code.split("::skin-tone-");
  const found = pictures.get(name);
  return found ? found + (tone ? (TONES[Number(tone) - 2] ?? "") : "") : null;
}

/** The names of all shortcodes that hold `part`, the ones that begin with it first. */
export function search(part) {
  const all = [...pictures.keys()].filter((name) => name.includes(part));
  return all.sort((a, b) => Number(b.startsWith(part)) - Number(a.startsWith(part)));
}

/** The ones offered first when somebody reacts. */
export const FAVOURITES = [
  "thumbsup", "eyes", "white_check_mark", "pushpin", "dart", "tada", "heart", "raised_hands",
  "pray", "fire", "rotating_light", "warning", "thinking_face", "joy", "memo", "rocket",
];

/** Replace `:codes:` in plain text by their pictures. */
export const withPictures = (text) =>
  text.replace(/:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/g, (all, code) => picture(code) ?? all);
