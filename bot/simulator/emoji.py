"""The names under which Slack knows emoji: what a reaction may be called (contract §1.9)."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PICTURES = Path(__file__).parent / "page" / "static" / "emoji.js"
"""The emoji that the page draws, each name with its picture; they stand there alone."""
FAMILIES = re.compile(  # flags, clocks, tones; kinds of people, each as a man and as a woman
    r"""flag-[a-z]{2}|clock(1[0-2]|[1-9])(30)?|skin-tone-[2-6]
    |(fe)?male-(doctor|student|teacher|judge|farmer|cook|mechanic|scientist|technologist|singer
        |artist|pilot|astronaut|firefighter|detective|guard|(factory|office|construction)-worker
        |police-officer)
    |(fe)?male_(mage|fairy|vampire|elf|genie|zombie)
    |(wo)?man-(frowning|pouting|gesturing-(no|ok)|tipping-hand|raising-hand|bowing|facepalming
        |shrugging|getting-(massage|haircut)|walking|running|golfing|surfing|rowing-boat|swimming
        |bouncing-ball|lifting-weights|(mountain-)?biking|cartwheeling|wrestling|juggling
        |playing-(water-polo|handball)|wearing-turban|with-bunny-ears-partying)
    |(man|woman|person)_(climbing|feeding_baby|with_probing_cane
        |in_(tuxedo|steamy_room|lotus_position|(manual|motorized)_wheelchair))
    |(wo)?man_(standing|kneeling|with_veil)
    |((red|curly|white)_haired|bald|deaf)_(man|woman|person)
    |(man(-(wo)?man)?|woman(-woman)?)-(boy(-boy)?|girl(-boy|-girl)?)
    |man-(heart|kiss)-man|woman-(heart|kiss)-(wo)?man""",
    re.VERBOSE,
)
OWN = re.compile(r"[a-z0-9][a-z0-9_'\-]{0,99}")
"""How a workspace may name emoji of its own."""
TONE = re.compile(r"::skin-tone-[2-6]$")
# Slack has these beside the pictures; the page shows them as they are typed
OTHERS = """
smiling_face_with_tear relaxed satisfied sweat innocent upside_down_face relieved heart_eyes_cat
smiling_face_with_3_hearts kissing_heart kissing kissing_smiling_eyes kissing_closed_eyes yum
stuck_out_tongue stuck_out_tongue_winking_eye zany_face stuck_out_tongue_closed_eyes
money_mouth_face hugging_face face_with_hand_over_mouth shushing_face zipper_mouth_face
face_with_raised_eyebrow expressionless smirk face_with_rolling_eyes grimacing lying_face
pensive sleepy drooling_face mask face_with_thermometer face_with_head_bandage nauseated_face
face_vomiting sneezing_face hot_face cold_face woozy_face face_with_cowboy_hat disguised_face
confused worried slightly_frowning_face white_frowning_face open_mouth hushed astonished flushed
pleading_face frowning anguished fearful cold_sweat disappointed_relieved persevere disappointed
confounded weary yawning_face triumph rage angry face_with_symbols_on_mouth smiling_imp imp
skull_and_crossbones hankey poop shit clown_face japanese_ogre japanese_goblin alien
space_invader star-struck grinning_face_with_star_eyes shocked_face_with_exploding_head
grinning_face_with_one_large_and_one_small_eye face_with_one_eyebrow_raised
serious_face_with_symbols_covering_mouth face_with_open_mouth_vomiting
face_with_finger_covering_closed_lips smiling_face_with_smiling_eyes_and_hand_covering_mouth
rolling_on_the_floor_laughing face_holding_back_tears face_in_clouds face_with_spiral_eyes
face_exhaling face_with_diagonal_mouth face_with_peeking_eye dotted_line_face
face_with_open_eyes_and_hand_over_mouth shaking_face crying_cat_face smiley_cat smile_cat
joy_cat smirk_cat kissing_cat scream_cat pouting_cat see_no_evil hear_no_evil speak_no_evil kiss
love_letter cupid gift_heart sparkling_heart heartpulse heartbeat revolving_hearts two_hearts
heart_decoration heavy_heart_exclamation_mark_ornament heart_on_fire mending_heart orange_heart
brown_heart black_heart white_heart pink_heart light_blue_heart grey_heart 100 anger collision
sweat_drops dash hole bomb eye-in-speech-bubble right_anger_bubble raised_back_of_hand
raised_hand_with_fingers_splayed hand spock-hand pinched_fingers pinching_hand v
i_love_you_hand_sign the_horns sign_of_the_horns call_me_hand
hand_with_index_and_middle_fingers_crossed point_up_2 middle_finger
reversed_hand_with_middle_finger_extended fist facepunch punch left-facing_fist
right-facing_fist open_hands palms_up_together heart_hands nail_care selfie mechanical_arm
mechanical_leg leg foot ear ear_with_hearing_aid nose anatomical_heart lungs tooth bone eye
tongue lips biting_lip baby child boy girl adult person_with_blond_hair man woman bearded_person
older_adult older_man older_woman person_frowning person_with_pouting_face ok_woman
information_desk_person bow health_worker student teacher judge farmer cook mechanic
factory_worker office_worker scientist singer artist pilot astronaut guardsman ninja prince
princess man_with_turban bride_with_veil angel pregnant_woman breast-feeding
man_in_business_suit_levitating man_with_gua_pi_mao person_with_headscarf blond-haired-man
blond-haired-woman santa mrs_claus mother_christmas supervillain mage fairy vampire merperson
elf mermaid merman genie zombie troll massage haircut walking standing_person kneeling_person
runner running dancer man_dancing dancers fencer horse_racing skier snowboarder golfer surfer
rowboat swimmer person_with_ball weight_lifter bicyclist mountain_bicyclist
person_doing_cartwheel wrestlers water_polo handball juggling bath sleeping_accommodation couple
couplekiss couple_with_heart two_men_holding_hands two_women_holding_hands family
speaking_head_in_silhouette people_hugging footprints monkey_face monkey gorilla orangutan dog2
guide_dog service_dog poodle wolf fox_face raccoon cat2 black_cat lion_face tiger tiger2 leopard
horse racehorse unicorn_face unicorn zebra_face deer bison cow ox water_buffalo cow2 pig pig2
boar pig_nose ram sheep goat dromedary_camel camel llama giraffe_face mammoth rhinoceros
hippopotamus mouse mouse2 rat hamster rabbit chipmunk beaver hedgehog bat bear polar_bear koala
panda_face sloth otter skunk kangaroo badger feet paw_prints turkey chicken rooster
hatching_chick baby_chick hatched_chick bird dove_of_peace eagle duck swan owl dodo feather
flamingo peacock parrot frog crocodile lizard snake dragon_face dragon sauropod t-rex whale2
dolphin flipper seal fish tropical_fish blowfish shark octopus shell coral butterfly ant bee
honeybee ladybug lady_beetle cricket cockroach spider spider_web scorpion mosquito fly worm
microbe bouquet cherry_blossom white_flower lotus rosette rose wilted_flower hibiscus sunflower
blossom tulip potted_plant evergreen_tree deciduous_tree palm_tree cactus ear_of_rice shamrock
maple_leaf fallen_leaf leaves mushroom grapes melon watermelon tangerine lemon banana pineapple
mango green_apple pear peach cherries strawberry blueberries kiwifruit tomato olive coconut
avocado eggplant potato carrot corn hot_pepper bell_pepper cucumber leafy_green broccoli garlic
onion peanuts beans chestnut bread croissant baguette_bread flatbread pretzel bagel pancakes
waffle cheese_wedge meat_on_bone poultry_leg cut_of_meat bacon hamburger fries hotdog sandwich
taco burrito tamale stuffed_flatbread falafel egg fried_egg cooking shallow_pan_of_food stew
fondue bowl_with_spoon green_salad popcorn butter salt canned_food bento rice_cracker rice_ball
rice curry ramen spaghetti sweet_potato oden sushi fried_shrimp fish_cake moon_cake dango
dumpling fortune_cookie takeout_box crab lobster shrimp squid oyster icecream shaved_ice
ice_cream doughnut cookie birthday cupcake pie chocolate_bar candy lollipop custard honey_pot
baby_bottle glass_of_milk teapot sake champagne wine_glass cocktail tropical_drink beers
clinking_glasses tumbler_glass cup_with_straw bubble_tea beverage_box mate_drink ice_cube
chopsticks knife_fork_plate fork_and_knife spoon hocho knife amphora earth_americas earth_asia
japan snow_capped_mountain mountain volcano mount_fuji camping beach_with_umbrella desert
desert_island national_park stadium classical_building building_construction bricks rock wood
hut house_buildings derelict_house_building house_with_garden post_office european_post_office
hotel love_hotel convenience_store school department_store japanese_castle european_castle
wedding tokyo_tower statue_of_liberty church mosque hindu_temple synagogue shinto_shrine kaaba
fountain tent foggy night_with_stars cityscape sunrise_over_mountains sunrise city_sunset
city_sunrise bridge_at_night hotsprings carousel_horse ferris_wheel roller_coaster barber
circus_tent steam_locomotive railway_car bullettrain_side bullettrain_front train2 metro
light_rail station tram monorail mountain_railway train bus oncoming_bus trolleybus minibus
police_car oncoming_police_car taxi oncoming_taxi red_car oncoming_automobile blue_car
pickup_truck truck articulated_lorry tractor racing_car racing_motorcycle motor_scooter
manual_wheelchair motorized_wheelchair auto_rickshaw bike scooter skateboard roller_skate
busstop motorway railway_track oil_drum fuelpump wheel vertical_traffic_light traffic_light
ring_buoy boat sailboat canoe speedboat passenger_ship ferry motor_boat small_airplane
airplane_departure airplane_arriving parachute seat helicopter suspension_railway
mountain_cableway aerial_tramway satellite flying_saucer bellhop_bell luggage mantelpiece_clock
new_moon waxing_crescent_moon first_quarter_moon moon waxing_gibbous_moon full_moon
waning_gibbous_moon last_quarter_moon waning_crescent_moon crescent_moon new_moon_with_face
first_quarter_moon_with_face last_quarter_moon_with_face thermometer full_moon_with_face
sun_with_face ringed_planet star2 stars milky_way thunder_cloud_and_rain mostly_sunny
sun_small_cloud barely_sunny sun_behind_cloud partly_sunny_rain sun_behind_rain_cloud snow_cloud
lightning lightning_cloud tornado tornado_cloud fog wind_blowing_face cyclone rainbow
closed_umbrella umbrella umbrella_with_rain_drops umbrella_on_ground snowman
snowman_without_snow comet droplet jack_o_lantern christmas_tree fireworks sparkler firecracker
confetti_ball tanabata_tree bamboo dolls flags wind_chime rice_scene red_envelope ribbon
reminder_ribbon admission_tickets first_place_medal second_place_medal third_place_medal soccer
baseball softball basketball volleyball football rugby_football tennis flying_disc bowling
cricket_bat_and_ball field_hockey_stick_and_ball ice_hockey_stick_and_puck lacrosse
table_tennis_paddle_and_ball badminton_racquet_and_shuttlecock boxing_glove martial_arts_uniform
goal_net golf ice_skate fishing_pole_and_fish diving_mask running_shirt_with_sash ski sled
curling_stone yo-yo kite gun 8ball crystal_ball magic_wand video_game joystick slot_machine
game_die teddy_bear pinata mirror_ball spades hearts diamonds clubs chess_pawn black_joker
mahjong flower_playing_cards performing_arts frame_with_picture art thread yarn knot eyeglasses
dark_sunglasses goggles lab_coat safety_vest necktie shirt tshirt jeans scarf gloves coat socks
dress kimono sari one-piece_swimsuit briefs shorts bikini womans_clothes purse handbag pouch
shopping_bags school_satchel thong_sandal mans_shoe shoe athletic_shoe hiking_boot
womans_flat_shoe high_heel sandal ballet_shoes boot womans_hat mortar_board billed_cap
military_helmet prayer_beads lipstick ring gem mute sound loud_sound postal_horn musical_score
musical_note notes studio_microphone level_slider control_knobs microphone headphones radio
saxophone accordion guitar musical_keyboard trumpet violin banjo drum_with_drumsticks long_drum
calling fax low_battery three_button_mouse trackball minidisc cd dvd abacus movie_camera
film_frames film_projector clapper tv camera camera_with_flash video_camera vhs candle
izakaya_lantern lantern diya_lamp notebook_with_decorative_cover open_book ledger newspaper
rolled_up_newspaper coin yen dollar euro pound receipt chart incoming_envelope
envelope_with_arrow mailbox mailbox_closed mailbox_with_mail mailbox_with_no_mail postbox
ballot_box_with_ballot card_file_box black_nib lower_left_fountain_pen lower_left_ballpoint_pen
lower_left_paintbrush lower_left_crayon briefcase card_index spiral_note_pad straight_ruler
triangular_ruler linked_paperclips scissors lock_with_ink_pen old_key axe pick hammer_and_pick
dagger_knife crossed_swords boomerang bow_and_arrow carpentry_saw screwdriver compression scales
probing_cane chains hook magnet alembic petri_dish dna microscope telescope syringe
drop_of_blood pill adhesive_bandage crutch stethoscope x-ray door elevator mirror window bed
couch_and_lamp chair toilet plunger shower bathtub mouse_trap razor lotion_bottle safety_pin
broom basket roll_of_paper bucket soap bubbles toothbrush sponge smoking coffin headstone
funeral_urn moyai placard identification_card atm put_litter_in_its_place potable_water
wheelchair mens womens restroom baby_symbol wc passport_control customs baggage_claim
left_luggage children_crossing no_bicycles no_smoking do_not_litter non-potable_water
no_pedestrians no_mobile_phones underage radioactive_sign biohazard_sign arrow_lower_right
arrow_lower_left arrow_upper_left left_right_arrow arrow_up_down leftwards_arrow_with_hook
arrow_right_hook arrow_heading_down arrows_clockwise back end on soon top place_of_worship
atom_symbol om_symbol star_of_david wheel_of_dharma yin_yang latin_cross orthodox_cross
star_and_crescent peace_symbol menorah_with_nine_branches six_pointed_star aries taurus gemini
cancer leo virgo libra scorpius sagittarius capricorn aquarius pisces ophiuchus
twisted_rightwards_arrows repeat_one black_left_pointing_double_triangle_with_vertical_bar
arrow_up_small arrow_double_up arrow_down_small arrow_double_down eject arrow_backward
black_right_pointing_triangle_with_double_vertical_bar cinema low_brightness high_brightness
signal_strength vibration_mode mobile_phone_off female_sign male_sign transgender_symbol
heavy_division_sign heavy_equals_sign wavy_dash currency_exchange heavy_dollar_sign
medical_symbol staff_of_aesculapius fleur_de_lis trident name_badge beginner o
negative_squared_cross_mark curly_loop loop part_alternation_mark eight_spoked_asterisk
eight_pointed_black_star sparkle copyright registered tm keycap_star capital_abcd abcd 1234
symbols abc a ab b cl cool m ng o2 parking vs koko sa accept ideograph_advantage secret
congratulations u5272 u6e80 u6708 u6709 u6307 u7121 u7981 u7533 u5408 u7a7a u55b6
large_brown_circle large_brown_square black_medium_square white_medium_square
black_medium_small_square white_medium_small_square black_small_square white_small_square
small_red_triangle_down large_blue_diamond large_orange_diamond diamond_shape_with_a_dot_inside
radio_button white_square_button black_square_button crossed_flags waving_black_flag
rainbow-flag transgender_flag pirate_flag jp kr de cn us fr es it ru gb uk flag-england
flag-scotland flag-wales slack slack_call simple_smile bowtie squirrel shipit piggy glitch_crab
octocat nazar_amulet hamsa
"""


@cache
def _known() -> frozenset[str]:
    return frozenset((*_drawn(), *OTHERS.split()))


def _drawn() -> Iterator[str]:
    table = PICTURES.read_text(encoding="utf-8").split("`")[1]
    yield from table.split()[::2]


def is_known(name: str) -> bool:
    """Whether Slack has an emoji of that name, written without colons."""
    plain = TONE.sub("", name)
    return plain in _known() or FAMILIES.fullmatch(plain) is not None
