"""Pairs of sentences whose numbers are written in different forms: those that agree, and those that differ."""

from typing import Final

Pair = tuple[str, str]
"""A sentence of a claim, and the sentence of a source that speaks of the same number."""

AGREEING: Final[tuple[Pair, ...]] = (
    # scales
    ("The shipyard spent $4.2B on cranes.", "The accounts of the shipyard list 4,200 million dollars for cranes."),
    ("Die neue Fähre hat 3,5 Mio. Euro gekostet.", "Der Preis der Fähre lag bei 3.500.000 Euro und nicht höher."),
    ("Der Umsatz der Werft stieg auf 1,2 Mrd. Euro.", "Die Werft hat einen Umsatz von 1.200 Millionen Euro."),
    ("Le barrage a coûté 2,4 milliards d'euros.", "Le coût du barrage est de 2 400 millions d'euros."),
    ("The mill sold shares worth 2.5 crore rupees.", "Shares of the mill were sold for 25 million rupees."),
    # groups of digits
    ("Das Moor umfasst 1.000,5 Hektar.", "Auf der Karte ist das Moor mit 1 000,5 Hektar eingetragen."),
    ("The canton counted 1'250 beehives.", "In the canton there were 1250 beehives."),
    ("The foresters planted 3 lakh saplings.", "The foresters of the district planted 3,00,000 saplings."),
    # shares
    ("One in four lighthouses has no keeper.", "Of the lighthouses, 25 per cent are without a keeper."),
    ("Two-thirds of the members voted.", "A vote was cast by 66.7 % of the members."),
    ("Sales of the almanac fell by half.", "The almanac had lost 50 % of its sales."),
    # units
    ("The oven reaches 100 °C.", "At the top of its scale the oven shows 212 °F."),
    ("The coastal trail is 10 miles long.", "The trail along the coast runs for 16.1 kilometres."),
    # words
    ("She sold a dozen clocks at the fair.", "At the fair 12 clocks were sold by her."),
    ("He was in his forties when he took over the bakery.", "He took over the bakery at the age of 44."),
    # times
    ("The chapel dates from the 18th century.", "The chapel was built in 1743."),
    ("Orders rose in Q2 2025.", "Orders were higher in the second quarter of 2025."),
    # ranges and rounding
    ("About 5,000 people walked to the coast.", "The stewards counted 4,987 people on the walk."),
    ("More than 40 boats were lost in the storm.", "In the storm 43 boats were lost."),
    ("They dug between 20 and 30 wells.", "The villagers dug 20–30 wells."),
)
DIFFERING: Final[tuple[Pair, ...]] = (
    # scales
    ("The shipyard spent $4.2B on cranes.", "The accounts of the shipyard list 4.2 million dollars for cranes."),
    ("Die neue Fähre hat 3,5 Mrd. Euro gekostet.", "Der Preis der Fähre lag bei 3,5 Mio. Euro und nicht höher."),
    ("Le barrage a coûté 2,4 milliards d'euros.", "Le coût du barrage est de 2,4 millions d'euros."),
    ("The mill sold shares worth 2.5 lakh rupees.", "Shares of the mill were sold for 2.5 crore rupees."),
    # groups of digits
    ("Das Moor umfasst 1.000,5 Hektar.", "Auf der Karte ist das Moor mit 10.005 Hektar eingetragen."),
    ("The canton counted 1'250 beehives.", "In the canton there were 12'500 beehives."),
    ("La cosecha fue de 1.500,75 toneladas.", "Los registros dan para la cosecha 150.075 toneladas."),
    # shares
    ("One in five lighthouses has no keeper.", "Of the lighthouses, 25 per cent are without a keeper."),
    ("A third of the members voted.", "A vote was cast by two-thirds of the members."),
    ("The vacancy rate rose by 2 per cent.", "The vacancy rate rose by 2 percentage points."),
    ("The blight reached 30 % of the farms.", "The blight reached 30 farms."),
    # units
    ("The cellar was at 40 °C.", "In the cellar the thermometer read 40 °F."),
    ("The coastal trail is 12 miles long.", "The trail along the coast runs for 12 kilometres."),
    # words
    ("She sold half a dozen clocks at the fair.", "At the fair she sold a dozen clocks."),
    ("He was in his fifties when he took over the bakery.", "He took over the bakery at the age of 44."),
    # times
    ("The chapel dates from the 17th century.", "The chapel was built in 1743."),
    ("Orders rose in Q2 2025.", "Orders were higher in the third quarter of 2025."),
    # ranges and rounding
    ("About 5,000 people walked to the coast.", "The stewards counted 4,100 people on the walk."),
    ("More than 40 boats were lost in the storm.", "In the storm 31 boats were lost."),
    ("They dug between 20 and 30 wells.", "The villagers dug 35 wells."),
)
# Written after the rules that compare numbers, to see what these do with forms that they were not made for.
LATER_AGREEING: Final[tuple[Pair, ...]] = (
    ("The quarry sold 650k bricks.", "Sales of the quarry came to 0.65 million bricks."),
    ("La cooperativa facturó 1,2 millones de euros.", "Las ventas de la cooperativa fueron de 1.200.000 euros."),
    ("Three in ten ferries ran late.", "Of the ferries, 30% were late."),
    ("The tunnel took two and a half years to dig.", "Digging the tunnel took 30 months."),
    ("The glacier lost nearly a quarter of its area.", "The area of the glacier shrank by 24 per cent."),
    ("She was a woman in her early thirties when the choir was founded.", "At the founding of the choir she was 32 years old."),
    ("The parcel weighs 11 pounds.", "The weight of the parcel is 5 kg."),
    ("Le taux de chômage a baissé de 0,5 point de pourcentage.", "La baisse du taux de chômage est de 0,5 point."),
    ("The bell tower was finished at the turn of the 1890s.", "In 1891 the last stone of the bell tower was laid."),
    ("The club sold at least 1.5 million badges.", "By the end 1,560,000 badges of the club had been sold."),
)
LATER_DIFFERING: Final[tuple[Pair, ...]] = (
    ("The quarry sold 650k bricks.", "Sales of the quarry came to 65,000 bricks."),
    ("La cooperativa facturó 1,2 millones de euros.", "Las ventas de la cooperativa fueron de 12 millones de euros."),
    ("Three in ten ferries ran late.", "Of the ferries, 13% were late."),
    ("The tunnel took 18 months to dig.", "Digging the tunnel took 18 years."),
    ("The glacier lost three quarters of its area.", "The area of the glacier shrank by a quarter."),
    ("Die Anlage leistet 40 MW.", "Die Leistung der Anlage ist mit 40 kW angegeben."),
    ("The parcel weighs 5 lb.", "The weight of the parcel is 5 kg."),
    ("The twelfth edition was printed in Q1 2024.", "The 12th edition was printed between October and December 2024."),
    ("The bell tower was finished in the 1870s.", "In 1891 the last stone of the bell tower was laid."),
    ("Less than a third of the pupils walk to school.", "On foot come 45 % of the pupils."),
)
