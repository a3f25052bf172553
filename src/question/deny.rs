//! Answers that very many give.
//!
//! That so few answers cover so many accounts was measured by Bonneau, Bursztein,
//! Caron, Jackson and Williamson, *Secrets, Lies, and Account Recovery*, WWW
//! 2015: one guess opens 19.7 % of English-speaking accounts that ask for the
//! favourite food. Their lists are not published; these are from general
//! knowledge, so a question's own `deny` says what its users answer.
//! All are normalised, and compared without spaces.

use super::settings::Kind;

/// Whether `normal` is too common an answer to a question of `kind`.
pub(super) fn is_common(kind: Kind, normal: &str) -> bool {
    let lists = [ALWAYS, of(kind)];
    lists
        .iter()
        .any(|list| list.split(',').any(|common| is_same(common, normal)))
}

/// Whether two normalised answers differ in spaces at most.
pub(super) fn is_same(a: &str, b: &str) -> bool {
    let letters = |text| str::chars(text).filter(|c| *c != ' ');
    letters(a).eq(letters(b))
}

const fn of(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "",
        Kind::Date => DATES,
        Kind::Name => NAMES,
        Kind::Pet => PETS,
        Kind::Food => FOODS,
        Kind::Color => COLORS,
        Kind::City => CITIES,
        Kind::Team => TEAMS,
    }
}

/// What is typed to get past any question.
const ALWAYS: &str = "123,1234,12345,123456,12345678,123456789,111,1111,000,0000,aaa,abc,abc123,abcd,answer,\
asd,asdf,blah,dont know,first,foo,forgot,i dont know,i don t know,idk,me,myself,n a,na,nil,no,no one,nobody,none,\
nothing,null,password,qwerty,qwe,same,secret,second,test,third,unknown,whatever,xxx,yes";

/// What is given instead of a date.
const DATES: &str = "1900-01-01,1970-01-01,1980-01-01,1990-01-01,2000-01-01,2001-01-01";

const NAMES: &str = "alex,alexander,ali,ana,andrew,anna,anne,antonio,carlos,charles,chris,christopher,daniel,\
david,elizabeth,emily,emma,fatima,george,jack,james,jane,jennifer,jessica,jim,joe,john,jose,joseph,juan,karen,linda,\
luis,margaret,maria,mark,martin,mary,matthew,michael,mike,mohamed,mohammed,muhammad,nancy,olga,patricia,paul,peter,\
richard,robert,sarah,smith,susan,thomas,tom,wang,william,иван,мария,елена,محمد";

const PETS: &str = "angel,bailey,bella,bruno,buddy,buster,charlie,coco,cooper,daisy,duke,felix,fluffy,ginger,\
jack,kitty,lady,leo,lola,lucky,lucy,luna,maggie,max,mickey,milo,mimi,molly,oliver,oscar,princess,rex,rocky,roxy,\
ruby,sadie,sam,shadow,simba,smokey,snoopy,sophie,spot,teddy,tiger,toby,барсик,мурка,шарик,рекс";

const FOODS: &str = "apple,bacon,bread,burger,burgers,cheese,chicken,chinese,chips,chocolate,curry,egg,eggs,fish,\
french fries,fruit,fries,hamburger,ice cream,icecream,indian,italian,kebab,lasagna,lasagne,mac and cheese,mexican,\
noodles,paella,pasta,pizza,potato,potatoes,ramen,rice,salad,salmon,sandwich,seafood,shrimp,soup,spaghetti,steak,\
sushi,taco,tacos,thai,борщ,пицца,суши,пельмени,ピザ,寿司,カレー,ラーメン,饺子,米饭,비빔밥,김치,بيتزا,كبسة";

const COLORS: &str = "amarillo,aqua,azul,black,blanco,blau,bleu,blue,brown,cyan,dark blue,gold,gray,green,grey,\
grun,indigo,light blue,lila,lime,magenta,maroon,navy,navy blue,negro,noir,orange,pink,purple,red,rojo,rose,rosa,rot,\
rouge,schwarz,silver,sky blue,teal,turquoise,verde,vert,violet,weiss,white,yellow,белый,зеленый,красный,синий,черный,\
أزرق,أحمر,红色,蓝色,青,赤,파란색,빨간색";

const CITIES: &str = "amsterdam,athens,atlanta,bangkok,barcelona,beijing,berlin,bombay,boston,buenos aires,cairo,\
chicago,dallas,delhi,detroit,dubai,dublin,hamburg,hong kong,houston,istanbul,jakarta,kiev,kyiv,la,lagos,las vegas,\
lima,london,los angeles,madrid,manila,melbourne,mexico city,miami,milan,montreal,moscow,mumbai,munich,new york,\
new york city,nyc,osaka,paris,philadelphia,rome,roma,san diego,san francisco,santiago,sao paulo,seattle,seoul,\
shanghai,singapore,sydney,tehran,tokyo,toronto,vancouver,vienna,warsaw,wien,москва,санкт петербург,киев,القاهرة,\
北京,上海,東京,大阪,서울";

const TEAMS: &str = "arsenal,atletico madrid,barca,barcelona,bayern,bayern munchen,bayern munich,boca juniors,\
borussia dortmund,boston red sox,bulls,celtic,chelsea,chicago bulls,corinthians,cowboys,dallas cowboys,dodgers,\
everton,fc barcelona,fc bayern,flamengo,galatasaray,fenerbahce,giants,inter,inter milan,juventus,lakers,liverpool,\
los angeles lakers,man city,man u,man united,man utd,manchester city,manchester united,milan,new england patriots,\
new york yankees,packers,patriots,psg,rangers,real madrid,red sox,river plate,spartak,steelers,tottenham,\
tottenham hotspur,warriors,yankees,зенит,спартак,цска";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::DateOrder;
    use crate::question::normalize::normalize;

    #[test]
    fn every_common_answer_is_in_normal_form_and_stands_once() {
        for (kind, list) in Kind::ALL
            .map(|kind| (kind, of(kind)))
            .into_iter()
            .chain([(Kind::Text, ALWAYS)])
        {
            let mut seen = std::collections::HashSet::new();
            for common in list.split(',').filter(|common| !common.is_empty()) {
                let normal = normalize(kind, DateOrder::DayFirst, common.as_bytes());
                assert_eq!(normal.expect("an answer").as_str(), common);
                assert!(is_common(kind, common), "{common}");
                assert!(seen.insert(common), "{common}");
            }
        }
    }

    #[test]
    fn common_answers_are_common_for_their_kind() {
        assert!(is_common(Kind::Food, "pizza"));
        assert!(!is_common(Kind::Pet, "pizza"));
        assert!(is_common(Kind::City, "newyork"));
        assert!(is_common(Kind::Date, "1234"));
        assert!(!is_common(Kind::Team, "fc twente"));
    }
}
