import unittest

from reset import ADA
from saltbox import (
    AnswerRule,
    Answers,
    AnswersError,
    Client,
    ConfigError,
    Decision,
    Effect,
    Rejected,
    RequestError,
    Saltbox,
    fold_identifier,
    same_identifier,
)
from test_reset import CONFIG, KEY, NOW, balanced

QUESTIONS = {
    "pool": [
        {"id": "pet", "text": "What was the name of your first pet?", "kind": "pet"},
        {"id": "city", "text": "Where were you born?", "kind": "city"},
        {"id": "day", "text": "When did your parents marry?", "kind": "date", "order": "dmy"},
    ],
    "set_up": 3,
    "ask": 2,
    "required": 2,
    "hashing": "separate",
    "attempts": 3,
}
# As they are set up, and as another day types them.
RIGHT = {"pet": "Mr. Whiskers", "city": "Étretat", "day": b"9.3.1961"}
AGAIN = {"pet": "mr whiskers", "city": "ETRETAT", "day": "1961-03-09"}
SESSION = {"session_subject": ADA["id"], "auth_age_s": 30}


def asked(outcome, answers):
    """Those answers that are asked for."""
    return Answers({question.id: answers[question.id] for question in outcome.questions})


class QuestionsTest(unittest.TestCase):
    def setUp(self):
        self.core = Saltbox({**CONFIG, "questions": QUESTIONS}, {1: KEY})
        self.fresh = self.core.admin_import(None, ADA, None, now=NOW).record

    def set_up(self, answers, record=None, now=NOW):
        return self.core.set_questions(record or self.fresh, ADA, Answers(answers), SESSION, now)

    def asked(self):
        """The outcome that asks, once the answers are set up."""
        done = self.set_up(RIGHT)
        self.assertTrue(done)
        self.assertEqual((done.decision, done.client), (Decision.QUESTIONS_SET, Client.DONE))
        self.assertEqual(done.effects, Effect.NOTIFY_QUESTIONS_CHANGED)
        questions = self.core.get_questions(done.record, ADA, SESSION, NOW)
        self.assertTrue(questions)
        self.assertEqual((questions.decision, len(questions.questions)), (Decision.QUESTIONS_ASKED, 2))
        return questions

    def verify(self, record, answers, request=SESSION, now=NOW):
        return self.core.verify_questions(record, ADA, answers, request, now)

    def test_a_refused_set_up_says_all_that_is_wrong(self):
        rule = AnswerRule
        for answers, broken in (
            ({"pet": "Rex", "city": b"\xff", "day": "soon"}, {"city": rule.NOT_UTF8, "day": 5, "pet": rule.COMMON}),
            ({"pet": "🐈", "city": "Ys", "day": "1" * 1025}, {"pet": 3, "city": 4, "day": rule.TOO_LONG}),
            ({"pet": "your first pet", "city": "Ada", "school": "x"}, {"pet": 10, "city": 12, "school": 20}),
            ({"pet": "Whiskers"}, {None: rule.TOO_FEW_ANSWERS}),
            ({**AGAIN, "car": "x"}, {None: rule.TOO_MANY_ANSWERS, "car": rule.UNKNOWN_QUESTION}),
            ({**AGAIN, "pet": "Étretat"}, {"pet": rule.SAME_AS_ANOTHER, "city": rule.SAME_AS_ANOTHER}),
            ({}, {None: rule.TOO_FEW_ANSWERS}),
        ):
            with self.subTest(broken):
                refused = self.set_up(answers)
                self.assertFalse(refused)
                self.assertEqual((refused.decision, refused.client), (Decision.ANSWERS_REFUSED, Client.ANSWERS_REFUSED))
                found = {each.question: each.code for each in refused.answer_violations}
                self.assertEqual((found, len(found)), (broken, len(refused.answer_violations)))
                self.assertTrue(all(each.text for each in refused.answer_violations))
                self.assertEqual((refused.record, refused.findings, refused.effects), (None, None, Effect(0)))

    def test_an_answer_that_is_the_password_costs_an_attempt(self):
        stored = self.core.hash("Zerberus der Erste")
        record = self.core.admin_import(None, ADA, stored, now=NOW).record
        refused = self.set_up({**RIGHT, "pet": "Zerberus der Erste"}, record)
        self.assertEqual(
            [(each.code, each.question) for each in refused.answer_violations], [(AnswerRule.IS_PASSWORD, "pet")]
        )
        self.assertIsNotNone(refused.record)

    def test_the_same_is_asked_until_it_is_answered(self):
        unasked = self.verify(self.set_up(RIGHT).record, Answers(RIGHT))
        self.assertEqual((unasked.decision, unasked.client), (Decision.NOT_ASKED, Client.WRONG_ANSWERS))
        first = self.asked()
        self.assertLessEqual({question.id for question in first.questions}, set(RIGHT))
        self.assertTrue(all(question.text.endswith("?") for question in first.questions))
        for _ in range(16):
            second = self.core.get_questions(first.record, ADA, SESSION, NOW)
            self.assertEqual((second.questions, second.record), (first.questions, None))
        for request, effect in (({**SESSION, "step_up": True}, Effect.STEP_UP_SESSION), (SESSION, Effect(0))):
            right = self.verify(first.record, asked(first, AGAIN), request)
            self.assertTrue(right)
            self.assertEqual((right.decision, right.client), (Decision.ANSWERS_RIGHT, Client.DONE))
            self.assertEqual(right.effects, effect)
        self.assertEqual(self.verify(right.record, asked(first, AGAIN)).decision, Decision.NOT_ASKED)

    def test_wrong_answers_cost_attempts(self):
        questions = self.asked()
        record = questions.record
        half = Answers({**asked(questions, AGAIN).by_question, questions.questions[0].id: "1999-12-31"})
        # The set-up took one of three.
        for answers in (half, Answers(AGAIN)):
            wrong = self.verify(record, answers)
            self.assertFalse(wrong)
            self.assertEqual((wrong.decision, wrong.client), (Decision.WRONG_ANSWERS, Client.WRONG_ANSWERS))
            self.assertEqual((wrong.answer_violations, wrong.effects), ((), Effect(0)))
            record = wrong.record
        for exhausted in (self.verify(record, asked(questions, AGAIN)), self.set_up(RIGHT, record)):
            self.assertFalse(exhausted)
            self.assertEqual((exhausted.decision, exhausted.retry_after_s), (Decision.EXHAUSTED, 3600))
        self.assertTrue(self.verify(record, asked(questions, AGAIN), now=NOW + 3600))

    def test_questions_are_for_a_session_of_the_account(self):
        record = self.asked().record
        for request in (None, {"session_subject": "u-2"}, {"session_subject": "U-1"}):
            for outcome in (
                self.core.set_questions(record, ADA, Answers(RIGHT), request, NOW),
                self.core.get_questions(record, ADA, request, NOW),
                self.verify(record, Answers(RIGHT), request),
            ):
                self.assertFalse(outcome)
                self.assertEqual((outcome.decision, outcome.client), (Decision.OTHER_SESSION, Client.SIGN_IN_FIRST))
                self.assertIsNone(outcome.record)
        self.assertEqual(self.core.get_questions(None, ADA, SESSION, NOW).decision, Decision.NO_ACCOUNT)
        self.assertEqual(self.core.get_questions(self.fresh, ADA, SESSION, NOW).decision, Decision.NO_QUESTIONS)
        self.assertEqual(self.verify(self.fresh, Answers(RIGHT)).decision, Decision.NO_QUESTIONS)
        with self.assertRaises(RequestError) as raised:
            self.verify(record, Answers(RIGHT), {"step_up": 1})
        self.assertEqual(raised.exception.path, "step_up")

    def test_answers_that_no_call_takes(self):
        for answers in ({f"q{i}": "x" for i in range(17)}, {"q" * 65: "x"}, {"\udcff": "x"}):
            for call in (self.core.set_questions, self.core.verify_questions):
                with balanced() as (made, freed), self.assertRaises(AnswersError) as raised:
                    call(self.fresh, ADA, Answers(answers), SESSION, NOW)
                self.assertEqual(raised.exception.name, "SALTBOX_E_ANSWERS")
                self.assertEqual((len(made), len(freed)), (1, 1))
        with balanced() as (made, freed), self.assertRaises(TypeError):
            self.set_up({"pet": 7})
        self.assertEqual((len(made), len(freed)), (1, 1))
        with self.assertRaises(ConfigError) as raised:
            Saltbox(CONFIG, {1: KEY}).get_questions(self.fresh, ADA, SESSION, NOW)
        self.assertEqual(raised.exception.path, "questions")

    def test_no_answer_is_printed(self):
        answers = Answers(RIGHT)
        done = self.set_up(RIGHT)
        for text in (repr(answers), str(answers), f"{answers}", repr([answers]), repr(done), done.record):
            for answer in ("Whiskers", "Étretat", "1961"):
                self.assertNotIn(answer, text)

    def test_an_identifier_is_itself_in_any_case_and_no_other(self):
        for a, b in (("Mike@Example.com", "mike@example.com"), ("ＡＤＡ", b"ada"), ("", "")):
            self.assertIs(same_identifier(a, b), True)
            self.assertEqual(fold_identifier(a), fold_identifier(b))
        for a, b in (("m\u0131ke@example.com", "mike@example.com"), (b"\xff", b"\xff"), ("ada", "")):
            self.assertIs(same_identifier(a, b), False)
        self.assertNotEqual(fold_identifier("m\u0131ke"), fold_identifier("mike"))
        with self.assertRaises(Rejected):
            fold_identifier(b"\xff")


if __name__ == "__main__":
    unittest.main()
