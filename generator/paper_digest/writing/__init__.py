"""How a digest is written: never outside its folder, never through a link, each file whole or not at all.

`folder` reaches every place from the digest's folder, step by step; `changes` carries out what a command writes into
content/, all of it or nothing; `locks` keeps two runs apart; `swapping` puts a finished folder in the place of another.
"""
