"""List the stop words of languages: they show the language of a text, and do not count when texts are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ENGLISH: Final = "en"
MIN_STOP_WORD_SHARE: Final = 0.04
"""The least share of stop words in a text of a language: prose has about four in ten, a table few."""
_CLEAR_LEAD: Final = 1.5
"""How many times more stop words of one language than of another tell the two apart."""


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "en": _word_set("""
        about above after again against all also although am among an and another any are as at be because been before being
        below between both but by can could did do does doing don down during each either few for from further had has have
        having he her here hers herself him himself his how however if in into is it its itself just ll may me might more most
        must my myself neither no nor not of off on once one only onto or other others our ours ourselves out over own re same
        shall she should since so some such than that the their theirs them themselves then there these they this those though
        through to too under until up upon us ve very was we were what when where whether which while who whom whose why will
        with within without would yet you your yours yourself
    """),
    "de": _word_set("""
        ab aber alle allem allen aller alles als also am an andere anderen anderer auch auf aus bei beim bereits bin bis da
        dabei dadurch damit dann das dass dazu dem den denn der deren des dessen die dies diese diesem diesen dieser dieses doch
        dort durch ein eine einem einen einer eines er es etwa fur gegen hat hatte hatten habe haben ich ihm ihn ihnen ihr ihre
        ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedoch kann kein keine keinen konnen konnte man mehr mit muss
        mussen nach nicht noch nun nur ob oder ohne sehr sei sein seine seinem seinen seiner seit selbst sich sie sind so sogar
        soll sollen sowie uber um und uns unter vom von vor war waren was weil wenn wer werden wie wieder will wir wird wo wurde
        wurden zu zum zur zwischen
    """),
    "fr": _word_set("""
        afin ai ainsi alors apres au aucun aussi autre autres aux avaient avait avant avec avoir car ce cela celle celui ces
        cet cette ceux chez comme contre dans de depuis des deux dont du elle elles en encore entre est et etaient etait ete
        etre eu eux fait il ils je la le les leur leurs lors lui mais meme moins ne ni non nos notre nous on ont or ou ou par
        pas pendant peut plus plusieurs pour qu que quand qui quoi sa sans se selon sera ses si son sont sous sur tout tous
        toute toutes tres un une vers vos votre vous
    """),
    "es": _word_set("""
        al algo ante antes aquel asi aun aunque bajo cada casi como con contra cual cuando de del desde donde dos durante el
        ella ellas ellos en entre era eran es esa ese eso esta estaba estan estas este esto estos fue fueron ha habia han hasta
        hay la las le les lo los mas me mi mientras muy nada ni no nos nosotros otra otras otro otros para pero poco por porque
        pues que quien se sea segun ser si sido sin sino sobre son su sus tal tambien tan tanto te tiene tienen toda todas todo
        todos tras un una unas uno unos ya yo
    """),
    "it": _word_set("""
        ad agli ai al alla alle allo anche ancora aveva avevano che chi ci col come con contro cosi cui da dagli dai dal dalla
        dalle de degli dei del dell della delle dello di dopo dove due durante ed era erano essere fino fra fu gia gli ha hanno
        ho il in io la le lei lo loro lui ma mentre mi molto ne nei nel nell nella nelle nello noi non nostro ogni oltre per
        perche pero piu poi prima proprio quale quando quanto quella quello questa queste questi questo se senza si sia siano
        solo sono sopra stata stati stato su sua sue sugli sui sul sulla sulle suo suoi tra tutti tutto un una uno
    """),
    "pt": _word_set("""
        ainda alem ao aos apenas apos aquela aquele as ate com como contra da das de dela dele deles depois desde do dos
        durante ela elas ele eles em entao entre era eram essa esse esta estao estava este foi foram ha isso isto ja la lhe
        mais mas me mesmo muito na nao nas nem no nos nossa nosso num numa os ou outra outras outro outros para pela pelas pelo
        pelos por porque pois qual quando que quem sao se segundo sem sendo ser seu seus sido sobre sua suas tambem tem tinha
        toda todas todo todos um uma
    """),
    "nl": _word_set("""
        aan al alle als altijd ander andere bij daar dan dat de der deze die dit doen door dus echter een en er geen haar had
        hadden heb hebben heeft hem het hier hij hoe hun ik in is je kan kon kunnen maar me meer men met mijn moet na naar niet
        nog nu of om omdat onder ons ook op over reeds sinds te tegen toch toen tot tussen uit van veel voor waar waren was wat
        werd werden wie wij wil wordt worden zal ze zelf zich zij zijn zo zonder zou
    """),
    "ru": _word_set("""
        без более бы был была были было быть вам вас во вот все всего всех вы где да даже для до его ее если есть еще же за из
        или им их как когда которая которое которые которыи ли меня мне может мы на над надо нас не него нее нет ни них но ну
        об однако он она они оно от перед по под после потом потому при про сам себя со так также такои там тем то того тоже
        только том ты уже хотя чего чем что чтобы эта эти это этого этои этом этот
    """),
    "sv": _word_set("""
        alla allt att av bara blev bli blir da dar de dem den denna deras dess dessa det detta dig dock du efter eller en er
        ett fick fran for fore ha hade han hans har hela henne hennes hon honom hur inte jag kan kunde man med mellan men mer
        mot mycket nar nagon nagot ni nu och ocksa om oss pa redan sedan sig sin sina sitt ska skulle som till under upp ut utan
        ar vad var vara varit vi vid vilka vilket
    """),
    "da": _word_set("""
        af alle alt at av bare ble blev bli blir blitt bliver da de deg dem den denne der deres dersom det dette dig
        disse dog du efter eller en end enn er et etter fik for fordi fra fikk ha hadde haft ham han hans har havde
        have hende hendes henne her hos hun hva hvad hvem hver hvilken hvis hvor hvordan hvorfor ikke ind ingen inn
        jeg kan kunne man mange med meg meget mellem mellom men mens mer mere mig min mod mot mye ma na nar noe noen
        noget nogle nogen nu og ogsa om op opp os oss over pa sa samt seg selv sidan siden sig sin sine sitt skal
        skulle som til ud uden under ut uten var ved vi vil ville vaere vaeret vaert vor
    """),
}
"""Stop words by language, folded as by `fold_word`, without words of one letter. Danish includes Norwegian."""


def rank_languages(counts: Mapping[str, int], share: float = MIN_STOP_WORD_SHARE) -> tuple[str, ...]:
    """Return the languages that a text may be in, the likeliest first, by the counts of its words.

    The result is empty when fewer than `share` of the words are stop words of one language. Of two equal ones, English is
    first.
    """
    hits = {language: sum(counts.get(word, 0) for word in words) for language, words in STOP_WORDS.items()}
    best = max(hits.values())
    if best < share * sum(counts.values()):
        return ()
    return tuple(sorted((name for name, hit in hits.items() if hit * _CLEAR_LEAD >= best), key=lambda name: -hits[name]))
