"""Partners who are asked to help in a case: an assistance company, a hospital, an interpreter, a
transport. `covers` says who offers what and where, `asking` asks them one after another with a
clock, `answering` takes their answers by whichever way, `ending` ends what nobody needs
any more."""
