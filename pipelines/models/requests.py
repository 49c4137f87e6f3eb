#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write spoken requests and words of two uses, as labelled text on stdout.

    requests.py NAMES_FOLDER [SENTENCES [SEED [SHARE [OTHERS]]]]

SHARE of the sentences begin with a word of two uses, like "Rose" or "Austin";
half of those are about a person. OTHERS of them are of other patterns: several
names in a row, and what sounds like a name and is none, as machines, holidays and
dishes have.

Transcripts of what people say to a machine are rare among free corpora. The
patterns below were written for this project; names come from first.tsv and
last.tsv of the folder. The same arguments give the same text.
"""
import random
import sys

PLACES = """london|paris|new york|boston|chicago|los angeles|san francisco|tokyo
berlin|madrid|rome|dublin|sydney|toronto|seattle|denver|austin|texas|ohio|france
germany|spain|italy|japan|china|india|canada|mexico|england|ireland|florida
california|hong kong|south africa|new zealand|lake michigan|fifth avenue
main street|central park|oxford street|amsterdam|lisbon|athens|cairo|nairobi
buenos aires|santiago|lima|moscow|kiev|warsaw|prague|vienna|budapest|oslo
stockholm|helsinki|copenhagen|istanbul|tehran|mumbai|delhi|bangkok|singapore
manila|seoul|beijing|shanghai|melbourne|auckland|vancouver|montreal|atlanta
houston|dallas|phoenix|miami|detroit|nashville|portland|brooklyn|queens""".replace(
    "\n", "|").split("|")
COMPANIES = """amazon|google|facebook|twitter|starbucks|pizza hut|burger king
home depot|best buy|target|walmart|the red cross|bank of america|netflix|spotify
uber|british airways|united airlines|the lakers|the yankees|real madrid|arsenal
national public radio|the post office|city hall|whole foods|general motors|ford
microsoft|intel|sony|toyota|taco bell|the university of iowa|the labor party
congress|the senate|nasa|the united nations|the european union""".replace(
    "\n", "|").split("|")
DAYS = """today|tomorrow|tonight|on monday|on tuesday|on friday|next week|this sunday
next thursday|this weekend|on the fifth of may|in october|on march twentieth
the day after tomorrow|in two hours|this evening|next month""".replace(
    "\n", "|").split("|")
TIMES = """at three|at noon|at six p.m.|at half past four|at nine in the morning|at ten thirty
at eight|at seven tonight|at five o'clock|in an hour|after lunch|before dinner""".replace(
    "\n", "|").split("|")
THINGS = """the lights|the heating|the coffee machine|my alarm|the vacuum cleaner|the television
the radio|the kitchen light|the robot|the music|the volume|the garage door""".replace(
    "\n", "|").split("|")
TITLES = ["mr.", "mrs.", "dr.", "professor", "uncle", "aunt", "president", "senator",
          "doctor", "coach", "captain", "judge"]

# P a person, L a place, O a company, D a day, T a time, X a thing.
PATTERNS = """send an email to P
please send an email to P about the meeting D
email P and tell him that i am running late
write to P that the party is D
did P write back to me
has P answered my email
are there any new messages from P
check whether P has sent me anything D
do i have mail from P
reply to P that i will be there T
start a new message to P
forward this to P and P
open the latest email from P
add P to my contacts
what is the phone number of P
look up the address of P
call P
call P at work
when is P 's birthday
remind me of P 's birthday D
put P 's wedding in my calendar D
set up a meeting with P D T
schedule lunch with P and P D
book dinner with P in L D
i am meeting P T please put it down
delete my appointment with P
cancel the call with P T
move the meeting with P to the week after
make a note that i have to see P D
remind me to pick up P T
remind me that P is coming over D
invite P to the barbecue D
let P know that the event starts T
who is P
how old is P
where was P born
how tall is P
what does P do for a living
when did P die
is P still alive
who is P married to
was P ever president
how many movies did P make
what was P 's first film
tell me about the life of P
tell me something about P
what is P famous for
did P win the election
what is the latest news about P
what did P say about the taxes D
what is P doing in L
has P ever been to L
why did P leave O
who plays better P or P
how much money does P have
show me pictures of P
what happened to P D
did P score in the game against O
is it true that P moved to L
tell P i said hello
ask P whether he can come D
thank P for the flowers
say happy birthday to P for me
tweet that P was great D
read me what P posted
tell H P that my son is sick
send a note to H P D
when does H P have office hours
what did H P announce D
i need to talk to H P T
P and P are coming for dinner D
my friend P lives in L
my brother P works at O
P wants to know if we are free D
P told me that the show starts T
turn off X
turn X on T
turn X down a little please
could you switch on X
set X to forty percent
wake me up T
wake me up T D
set an alarm for six in the morning
what time is it
what time is it in L
what is the time difference between L and L
what is the weather like in L D
will it rain in L D
do i need an umbrella D
how cold will it be in L
tell me the forecast for D
play some jazz
play my workout playlist
play the last song again
play something by the beatles
skip this song
what song is this
raise the volume
i like this tune please remember it
start the audio book where i stopped
continue my podcast
what is on the news
give me the headlines D
what is new at O
how is the stock price of O
are there shares of O to buy
complain to O about the bad service
tweet O that my parcel has not come
order a large pizza from O
order sushi for two D
does O deliver
find me a restaurant in L
where can i get good coffee near here
find a train from L to L D
book a ticket to L T
how long is the drive to L
how is the traffic on the way to L
get me a taxi to L T
when does the bus to L leave
what is on my list
add milk and bread to the shopping list
remove eggs from the list
make a new list
what do i have to do D
clear my calendar for D
is there anything in my calendar D
remind me to water the plants D
repeat that please
stop talking
that was wonderful thank you
tell me a joke
how do you make an omelette
what is the recipe for apple pie
how long do i boil an egg
what is seven times eight
how many euros is a dollar
define the word gratitude
what does a pangolin look like
who invented the telephone
how far is the moon
when is easter
when is the next holiday in L
what concerts are there in L D
which films are on D
is the museum in L open D
did the home team win D
how many people live in L
what is the capital of L
where is L
start the vacuum cleaner
clean the living room T
dim the lights in the bedroom
make the light blue
brew a cup of coffee T""".split("\n")

# N a given name, A a machine that is spoken to, F a holiday.
MACHINES = """siri|hey siri|alexa|hey alexa|okay google|hey google|cortana|hey cortana
computer|hello robot|jarvis|hey bixby""".replace("\n", "|").split("|")
HOLIDAYS = """valentine 's day|saint patrick 's day|st patrick 's day|mother 's day
father 's day|martin luther king day|columbus day|new year 's eve|thanksgiving
easter monday|christmas eve|saint nicholas day|guy fawkes night|presidents day
st andrew 's day|labour day|groundhog day""".replace("\n", "|").split("|")
OTHERS = """invite N , N and N D
invite N , N , N and N to the party
email N , N and N about the meeting
send this picture to N , N and N
lunch with N , N and N D
set up a call with P , P and P T
add a dinner with N , N and N D
N , N and N are coming over D
N and N want to come along
add N and N to the meeting
who is taller N or N
make a group with N , N , N and N
call N and N T
is N or N in the office D
A what time is it
A turn off X
A turn on X T
A wake me up T
A are you there
A play the last song again
A tell me a joke
A what is the weather like in L
A call P
A send a message to N
thank you A
good night A
when is F
what day is F this year
what shall i do on F
book a table for F
remind me of F
remind me to buy flowers for F
put F in my calendar
are the shops open on F
happy F
find a recipe for chicken alfredo
how do i make a caesar salad
what goes into eggs benedict
order a beef wellington
mix me a shirley temple
how long do i fry a sloppy joe
what is in a bloody mary
how is the dow jones doing D
what is the dow jones at
are dow jones futures up
pay my electric bill D
remind me to pay the internet bill T
how high was the last phone bill
split the bill by four
did the house pass the bill
order from papa john 's
is wendy 's still open
get me a coupon for denny 's
book a table at chang 's D
what is in stock at levi 's
i need jeans from levi 's
play super mario
who made mario kart
turn up the lamp 's light
how far is st louis from L
what is the weather in st paul D
is ann arbor bigger than st petersburg
find a hotel in san jose D
what happens in santa cruz D""".split("\n")

# Words that are names in one sentence and none in the next: only what comes
# after tells. The tag of a use that is no person's stands first.
BOTH = """O rose|bushes need sun|petals covered the floor|wine was served
O mark|the box with a cross|my words carefully
O will|you come with us|they ever learn
O grace|periods end soon|notes are hard to play
O may|was warmer than usual|i have another cup
O june|nights are short|sales were strong
O april|showers came early|was the coldest month
O august|heat kills the grass|rents went up
O faith|schools asked for money|alone will not do
O hope|springs from nothing|is all that we have
O joy|rides end badly|filled the room
O bill|payments are due|collectors rang twice
O frank|talks were held|words were spoken
O grant|applications close soon|money ran out
O chase|scenes bore me|the dog away
O dean|lists are public|elections were delayed
O art|classes begin soon|shows were cancelled
O ray|guns are toys|tracing takes hours
O sue|the landlord then|them for damages
O penny|stocks fell again|jars break easily
O ruby|rings are dear|slippers sold quickly
O pearl|divers hold their breath|necklaces are back
O ivy|leaves covered the wall|grows everywhere
O lily|ponds freeze over|bulbs need cold
O daisy|chains fell apart|heads turn to the sun
O violet|light is harmful|ink faded away
O olive|oil is expensive|trees grow slowly
O ginger|tea helps a cold|biscuits were burnt
O holly|wreaths hung there|berries are poisonous
O heather|honey tastes strong|covers the moor
O jasmine|rice takes longer|tea was poured
O robin|eggs are blue|nests were empty
O jay|feathers are blue|walking is forbidden
O teddy|boys wore long coats|pictures hung there
O crystal|glasses broke|palaces burn down
O amber|lights flashed|beads were found
O summer|camps filled up|rains never came
O autumn|leaves blocked the drain|colours are best now
O sunny|spells are expected|days are rare
O rich|people pay less|soil is dark
O guy|ropes held the tent|things again
O carol|singers came by|concerts were sold out
O dawn|raids were made|broke at last
O jade|bowls were stolen|mines were closed
O baker|shops open early|boys cry early
O carpenter|ants got in|tools were stolen
O miller|moths ate the flour|wheels turned
O hunter|gatherers lived here|boots are waterproof
O pat|the dough flat|answers will not do
O drew|a line under it|the short straw
LOC austin|grew by half|is too hot for me
LOC dallas|lost the final|has a new airport
LOC paris|was full of tourists|never sleeps
LOC virginia|voted early|raised its taxes
LOC georgia|joined the talks|exports wine
LOC charlotte|has two stadiums|was flooded
LOC florence|was full of students|has many bridges
LOC sydney|won the games|had rain all week
LOC chelsea|is expensive|lost at home
LOC jordan|closed its border|imports water
LOC lincoln|has a cathedral|is an hour away
LOC jackson|was hit by storms|is the capital
LOC madison|has four lakes|hosts the fair
LOC savannah|smells of the sea|was founded early
LOC israel|sent a team|held elections
LOC chad|borders on libya|has few roads""".split("\n")
DID = """laughed at him|called this morning|has two children|won the race|is my doctor
wrote the book|was born in L|lives next door|said nothing|married again
works at O|smiled|and P met in L|was late again|drove home""".replace(
    "\n", "|").split("|")


class Writer:
    def __init__(self, folder, seed, share, others):
        self.random = random.Random(seed)
        self.share = share
        self.others = others
        self.first = self.read(folder + "/first.tsv")
        self.last = self.read(folder + "/last.tsv")

    @staticmethod
    def read(path):
        with open(path, encoding="utf-8") as lines:
            return [line.split("\t")[0] for line in lines]

    def name(self, names):
        return names[int(len(names) * self.random.random() ** 2)].capitalize()

    def person(self):
        form = self.random.random()
        if form < 0.45:
            return [self.name(self.first)]
        if form < 0.55:
            return [self.name(self.last)]
        return [self.name(self.first), self.name(self.last)]

    def fill(self, word):
        if word == "P":
            return self.tag(self.person(), "PER")
        if word == "N":
            return self.tag([self.name(self.first)], "PER")
        if word == "L":
            return self.tag(self.capitals(PLACES), "LOC")
        if word == "O":
            return self.tag(self.capitals(COMPANIES), "ORG")
        if word == "H":
            return [(self.random.choice(TITLES).capitalize(), "O")]
        choices = {"D": DAYS, "T": TIMES, "X": THINGS, "A": MACHINES,
                   "F": HOLIDAYS}.get(word, [word])
        return [(w, "O") for w in self.random.choice(choices).split()]

    def capitals(self, choices):
        small = {"of", "the"}
        return [w if w in small else w.capitalize()
                for w in self.random.choice(choices).split()]

    @staticmethod
    def tag(words, kind):
        return [(w, ("I-" if i else "B-") + kind) for i, w in enumerate(words)]

    def both(self):
        """A word as a name, or the same word as none."""
        tag, rest = self.random.choice(BOTH).split(" ", 1)
        word, *uses = rest.split("|")
        word = word.capitalize()
        if self.random.random() < 0.5:
            kind = "B-" + tag if tag != "O" else "O"
            return [(word, kind)], self.random.choice(uses)
        name = [word] + ([self.name(self.last)] if self.random.random() < 0.8 else [])
        return self.tag(name, "PER"), self.random.choice(DID)

    def sentence(self):
        words, rest = [], self.random.choice(PATTERNS)
        if self.others > 0 and self.random.random() < self.others:
            rest = self.random.choice(OTHERS)
        elif self.share > 0 and self.random.random() < self.share:
            words, rest = self.both()
        for word in rest.split():
            words += self.fill(word)
        first, tag = words[0]
        words[0] = (first[0].upper() + first[1:], tag)
        if self.random.random() < 0.5:
            words.append(("?" if first in ("what", "who", "is", "did", "how") else ".",
                          "O"))
        return words


def main():
    folder = sys.argv[1]
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    share = float(sys.argv[4]) if len(sys.argv) > 4 else 0
    others = float(sys.argv[5]) if len(sys.argv) > 5 else 0
    writer = Writer(folder, seed, share, others)
    for _ in range(n):
        for word, tag in writer.sentence():
            print(word + "\t" + tag)
        print()


if __name__ == "__main__":
    main()
